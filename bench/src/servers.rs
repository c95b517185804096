//! The servers of one benchmark: a private, durable Postgres with the service's schema, and a
//! nats-server.

use std::fs;
use std::time::Duration;

use anyhow::Context;
use causerie_sandbox::{NatsServer, Options, PostgresServer, Sandbox, Scratch, tools_dir};
use causerie_store::{Database, DatabaseOptions, Nats};

use crate::machine;

/// The default of the service.
const MAX_CONNECTIONS: u32 = 20;
/// Filling and vacuuming the tables takes longer than a statement of the service may.
const STATEMENT_TIMEOUT: Duration = Duration::from_mins(5);

/// Runs until the benchmark ends. The sandbox is dropped before its folder.
#[derive(Debug)]
pub(crate) struct Servers {
    pub(crate) database: Database,
    sandbox: Sandbox,
    _scratch: Scratch,
}

impl Servers {
    /// Starts the servers, runs the benchmark, and stops and removes the servers.
    pub(crate) async fn run<T>(benchmark: impl AsyncFnOnce(&Self) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let servers = Self::start().await?;
        machine::report(servers.database.pool()).await?;
        let result = Box::pin(benchmark(&servers)).await;
        servers.database.pool().close().await;
        servers.sandbox.stop_and_remove().await?;
        result
    }

    async fn start() -> anyhow::Result<Self> {
        let tools_dir = tools_dir();
        let scratch = Scratch::new(&tools_dir)?;
        let data_dir = scratch.path().to_owned();
        let sandbox =
            Sandbox::start(Options { data_dir, tools_dir, postgres: true, nats: true, durable: true }).await?;
        let url = postgres(&sandbox)?.url();
        let options = DatabaseOptions { url, max_connections: MAX_CONNECTIONS, statement_timeout: STATEMENT_TIMEOUT };
        let database = Database::connect(&options).await.context("cannot reach Postgres")?;
        database.migrate().await?;
        Ok(Self { database, sandbox, _scratch: scratch })
    }

    pub(crate) fn database_url(&self) -> anyhow::Result<String> {
        Ok(postgres(&self.sandbox)?.url())
    }

    pub(crate) fn nats_url(&self) -> anyhow::Result<String> {
        Ok(nats(&self.sandbox)?.url())
    }

    pub(crate) async fn connect_nats(&self) -> anyhow::Result<Nats> {
        Ok(Nats::connect(&self.nats_url()?).await?)
    }

    pub(crate) fn postgres_pid(&self) -> anyhow::Result<String> {
        let file = fs::read_to_string(postgres(&self.sandbox)?.data_dir().join("postmaster.pid"))?;
        Ok(file.lines().next().unwrap_or_default().to_owned())
    }

    pub(crate) fn nats_pid(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(nats(&self.sandbox)?.data_dir().join("pid"))?.trim().to_owned())
    }

    pub(crate) async fn count_events(&self) -> anyhow::Result<u64> {
        let events: i64 = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(self.database.pool()).await?;
        Ok(events.try_into()?)
    }

    /// Statistics and visibility maps as in a database that autovacuum has visited.
    pub(crate) async fn vacuum(&self) -> anyhow::Result<()> {
        sqlx::query("VACUUM ANALYZE").execute(self.database.pool()).await?;
        Ok(())
    }
}

fn postgres(sandbox: &Sandbox) -> anyhow::Result<&PostgresServer> {
    sandbox.postgres.as_ref().context("the sandbox has no Postgres")
}

fn nats(sandbox: &Sandbox) -> anyhow::Result<&NatsServer> {
    sandbox.nats.as_ref().context("the sandbox has no NATS")
}
