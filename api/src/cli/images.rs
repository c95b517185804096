//! `causerie images`: what is kept and no group shows.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::duration::duration;
use super::embedded::Embedded;
use super::print;
use crate::config::Config;
use crate::images::{MIN_SWEEP_AGE, SweepReport, sweep};

#[derive(Debug, Args)]
pub(super) struct Images {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Deletes images that no group shows: what is left when a process was killed in the middle. The service may go on.
    Sweep {
        /// Only what was kept so long ago: 10m at least.
        #[arg(long, default_value = "1h", value_parser = duration)]
        older_than: Duration,
        /// Deletes nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

impl Images {
    pub(super) async fn run(self, mut config: Config, data: &Path) -> anyhow::Result<()> {
        let Command::Sweep { older_than, dry_run } = self.command;
        ensure!(
            older_than >= MIN_SWEEP_AGE,
            "what is younger than 10m may be about to be shown; pass --older-than 10m or more"
        );
        if config.database.url.is_none() && config.images.bucket.is_none() {
            config.images.folder.get_or_insert_with(|| data.join(super::IMAGES_FOLDER));
        }
        let before = Timestamp::now().checked_sub(older_than)?;
        let images = config.images.clone();
        let embedded = Embedded::open(config, data).await?;
        let swept = sweep(&images, &embedded.database, before, !dry_run).await;
        embedded.close().await?;
        let SweepReport { checked: seen, orphans, foreign } = swept?;
        for place in &orphans {
            print(&format!("{}/{}/{}", place.site, place.conversation, place.image))?;
        }
        let done = if dry_run { "to be deleted" } else { "deleted" };
        print(&format!(
            "{seen} images looked at, {} {done}; {foreign} more are of no group of this log and stay",
            orphans.len()
        ))?;
        Ok(())
    }
}
