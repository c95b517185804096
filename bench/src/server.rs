//! A durable Postgres of our own, migrated.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use causerie_sandbox::{Options, Sandbox, Scratch, tools_dir};
use causerie_store::{Database, DatabaseOptions};

/// As the service's default (`api/src/config.rs`).
const MAX_CONNECTIONS: u32 = 20;
/// Filling and counting take longer than a request may.
const STATEMENT_TIMEOUT: Duration = Duration::from_mins(5);

/// A Postgres that lives as long as one benchmark. The sandbox goes before its folder.
#[derive(Debug)]
pub(crate) struct Server {
    /// The database of the service.
    pub(crate) database: Database,
    sandbox: Sandbox,
    _scratch: Scratch,
}

impl Server {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        Self::with(false).await
    }

    /// With a nats-server beside it.
    pub(crate) async fn start_with_nats() -> anyhow::Result<Self> {
        Self::with(true).await
    }

    async fn with(nats: bool) -> anyhow::Result<Self> {
        let tools_dir = tools_dir();
        let scratch = Scratch::new(&tools_dir)?;
        let options = Options { data_dir: scratch.path().to_owned(), tools_dir, postgres: true, nats, durable: true };
        let sandbox = Sandbox::start(options).await?;
        let url = sandbox.postgres.as_ref().context("the sandbox has no Postgres")?.url();
        let options = DatabaseOptions { url, max_connections: MAX_CONNECTIONS, statement_timeout: STATEMENT_TIMEOUT };
        let database = Database::connect(&options).await.context("cannot reach Postgres")?;
        database.migrate().await?;
        Ok(Self { database, sandbox, _scratch: scratch })
    }

    /// Another, empty database on the same server.
    pub(crate) async fn create_database(&self, name: &str) -> anyhow::Result<String> {
        sqlx::query(&format!("CREATE DATABASE {name}")).execute(self.database.pool()).await?;
        Ok(self.sandbox.postgres.as_ref().context("the sandbox has no Postgres")?.url_of(name))
    }

    /// Where Postgres is.
    pub(crate) fn database_url(&self) -> anyhow::Result<String> {
        Ok(self.sandbox.postgres.as_ref().context("the sandbox has no Postgres")?.url())
    }

    /// Where NATS is.
    pub(crate) fn nats_url(&self) -> anyhow::Result<String> {
        Ok(self.sandbox.nats.as_ref().context("the sandbox has no NATS")?.url())
    }

    /// Where NATS keeps its files, and its pid.
    pub(crate) fn nats_dir(&self) -> anyhow::Result<PathBuf> {
        Ok(self.sandbox.nats.as_ref().context("the sandbox has no NATS")?.data_dir().to_owned())
    }

    /// The cluster's folder, which holds `postmaster.pid`.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.sandbox.postgres.as_ref().map(|postgres| postgres.data_dir().to_owned()).unwrap_or_default()
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.database.pool().close().await;
        Ok(self.sandbox.stop_and_remove().await?)
    }
}
