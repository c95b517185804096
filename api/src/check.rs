//! Whether a configuration can be served with. What `serve` refuses, `causerie config check` refuses with the same sentence:
//! both come here, and connect with the same functions.

use std::time::Duration;

use anyhow::Context;
use causerie_store::{Relay, require_own_stream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::auth::{Published, Source};
use crate::config::Config;
use crate::connect::{connect_database, connect_nats, database_options, key_source, refusal, tokens};
use crate::images::Images;
use crate::role::Role;

/// How long NATS may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Connections that a process opens beside its pool: two that append messages, one of the relay, one of each read model.
pub const BESIDE_THE_POOL: u32 = 6;

/// The values. Reaches no server.
pub fn values(config: &Config, roles: &[Role]) -> anyhow::Result<()> {
    let pool = database_options(config)?.max_connections;
    config.nats.target()?;
    if !roles.contains(&Role::Api) {
        return Ok(());
    }
    let server = &config.server;
    anyhow::ensure!(
        (1..=Semaphore::MAX_PERMITS).contains(&server.max_connections),
        "server.max_connections is {}; it must be from 1 to {}",
        server.max_connections,
        Semaphore::MAX_PERMITS
    );
    anyhow::ensure!(
        server.listen.port() == 0 || server.health_listen != Some(server.listen),
        "server.listen and server.health_listen are both {}; each needs an address of its own",
        server.listen
    );
    anyhow::ensure!(server.max_requests > 0, "server.max_requests is 0; it must be at least 1");
    anyhow::ensure!(
        server.max_queries == 0 || server.max_queries < pool as usize,
        "server.max_queries is {}; it must be below database.max_connections, which is {pool}, so that commands find a connection",
        server.max_queries
    );
    Images::open(&config.images).map(drop)
}

/// The keys for tokens: a file is read, an address is not asked.
pub async fn keys_at_hand(config: &Config) -> anyhow::Result<()> {
    if !matches!(key_source(config)?, Some(Source::Url(_))) {
        tokens(config).await?;
    }
    Ok(())
}

/// The servers, one after the other: what each of them is, or why it cannot be worked with. Changes nothing on them.
pub async fn servers(config: &Config, roles: &[Role]) -> Vec<(&'static str, anyhow::Result<String>)> {
    let mut checked = vec![("postgres", postgres(config).await), ("nats", nats(config).await)];
    if roles.contains(&Role::Api) {
        checked.push(("images", images(config).await));
        checked.push(("keys", keys(config).await));
    }
    checked
}

async fn postgres(config: &Config) -> anyhow::Result<String> {
    let database = connect_database(config).await?;
    let checked = async {
        database.require_writable().await.map_err(refusal)?;
        let pending = database.pending_migrations().await.map_err(refusal)?;
        let (offered, needed) = (database.max_connections().await?, config.database.max_connections + BESIDE_THE_POOL);
        anyhow::ensure!(
            needed <= offered,
            "the server takes {offered} connections, and a process may open {needed} (database.max_connections and \
             {BESIDE_THE_POOL} more): lower the one or raise max_connections of Postgres"
        );
        Ok(match pending {
            0 => "takes writes, and its schema is up to date".to_owned(),
            pending => format!("takes writes; {pending} migrations are to be applied, which `serve` does at its start"),
        })
    };
    let checked = checked.await;
    database.pool().close().await;
    checked
}

async fn nats(config: &Config) -> anyhow::Result<String> {
    let nats = connect_nats(config).await?;
    if timeout(PATIENCE, nats.connected()).await.is_err() {
        anyhow::bail!("NATS does not answer: {}", nats.failure().unwrap_or_else(|| "no response in time".to_owned()));
    }
    nats.require_supported_server().map_err(refusal)?;
    let exists = Relay::inspect(&nats).await.map_err(refusal);
    let exists =
        exists.context("JetStream cannot be used (is it on, and may this user ask for streams? docs/nats.md)")?;
    // Whose stream it is only the database can say; where it cannot be reached, its own line says so.
    if let Ok(database) = connect_database(config).await {
        let own = require_own_stream(&nats, &database).await.map_err(refusal);
        database.pool().close().await;
        own?;
    }
    let version = nats.client.server_info().version;
    let stream = if exists { "with the stream of the log" } else { "and the relay creates the stream of the log" };
    Ok(format!("nats-server {version}, {stream}"))
}

async fn images(config: &Config) -> anyhow::Result<String> {
    Images::open(&config.images)?.probe().await.context("the place for images cannot be written")?;
    Ok("can be written and read".to_owned())
}

async fn keys(config: &Config) -> anyhow::Result<String> {
    let Some(source) = key_source(config)? else { return Ok("a secret".to_owned()) };
    let published = Published::of(source).await?;
    published.refresh().await?;
    Ok("the published keys can be read".to_owned())
}
