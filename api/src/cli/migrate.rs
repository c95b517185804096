//! `causerie migrate`: applies pending database migrations.

use std::path::Path;

use super::servers::Servers;
use crate::config::Config;

pub(super) async fn run(config: Config, data: &Path) -> anyhow::Result<()> {
    let servers = Servers::connect(config, data).await?;
    servers.database.migrate().await?;
    tracing::info!("database is up to date");
    servers.close().await
}
