//! `causerie images`: deletes orphaned group images.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::duration::duration;
use super::print;
use super::servers::Servers;
use crate::config::Config;
use crate::images::{MIN_SWEEP_AGE, SweepReport, sweep};

#[derive(Debug, Args)]
pub(super) struct Images {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Deletes images that no group shows, left by a killed process. The service may be running.
    Sweep {
        /// Minimum age of a deleted image: at least 10m.
        #[arg(long, default_value = "1h", value_parser = duration)]
        older_than: Duration,
        /// Only lists them.
        #[arg(long)]
        dry_run: bool,
    },
}

impl Images {
    pub(super) async fn run(self, mut config: Config, data: &Path) -> anyhow::Result<()> {
        let Command::Sweep { older_than, dry_run } = self.command;
        ensure!(
            older_than >= MIN_SWEEP_AGE,
            "a group may be about to show an image younger than 10m; pass --older-than 10m or more"
        );
        if config.database.url.is_none() && config.images.bucket.is_none() {
            config.images.folder.get_or_insert_with(|| data.join(super::IMAGES_FOLDER));
        }
        let before = Timestamp::now().checked_sub(older_than)?;
        let images = config.images.clone();
        let servers = Servers::open(config, data).await?;
        let report = sweep(&images, &servers.database, before, !dry_run).await;
        servers.close().await?;
        let SweepReport { checked, orphans, foreign } = report?;
        for key in &orphans {
            print(&format!("{}/{}/{}", key.site, key.conversation, key.image))?;
        }
        let done = if dry_run { "to be deleted" } else { "deleted" };
        print(&format!(
            "{checked} images checked, {} {done}; {foreign} skipped because they belong to no group of this log",
            orphans.len()
        ))?;
        Ok(())
    }
}
