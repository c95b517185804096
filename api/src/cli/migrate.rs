//! `causerie migrate`: brings the database up to date.

use std::path::Path;

use super::embedded::Embedded;
use crate::config::Config;

pub(super) async fn run(config: Config, data: &Path) -> anyhow::Result<()> {
    let embedded = Embedded::connect(config, data).await?;
    embedded.database.migrate().await?;
    tracing::info!("the database is up to date");
    embedded.close().await
}
