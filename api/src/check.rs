//! Checks of the configuration and of the servers it names. `causerie serve` and `causerie config check` share them, so both
//! report the same errors.

use std::time::Duration;

use anyhow::Context;
use causerie_store::{Relay, require_own_stream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::auth::{PublishedKeys, Source};
use crate::config::Config;
use crate::connect::{connect_database, connect_nats, database_options, key_source, refusal_reason, tokens};
use crate::images::Images;
use crate::role::Role;

const NATS_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections that a process opens in addition to its pool: two to append messages, one for the relay, one per read model.
pub const NON_POOL_CONNECTIONS: u32 = 6;

/// Checks the values of the configuration, without connecting to a server.
pub fn check_values(config: &Config, roles: &[Role]) -> anyhow::Result<()> {
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
        "server.listen and server.health_listen are both {}; set different addresses",
        server.listen
    );
    anyhow::ensure!(server.max_requests > 0, "server.max_requests is 0; it must be at least 1");
    anyhow::ensure!(
        server.max_queries == 0 || server.max_queries < pool as usize,
        "server.max_queries is {}; it must be below database.max_connections, which is {pool}, so that connections remain for commands",
        server.max_queries
    );
    Images::open(&config.images).map(drop)
}

/// Checks the keys for tokens that need no network: a secret or a file.
pub async fn check_local_keys(config: &Config) -> anyhow::Result<()> {
    if !matches!(key_source(config)?, Some(Source::Url(_))) {
        tokens(config).await?;
    }
    Ok(())
}

/// Connects to each server in sequence. Returns its description, or the reason why it cannot be used. Changes nothing.
pub async fn check_servers(config: &Config, roles: &[Role]) -> Vec<(&'static str, anyhow::Result<String>)> {
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
        database.require_writable().await.map_err(refusal_reason)?;
        let pending = database.pending_migrations().await.map_err(refusal_reason)?;
        let available = database.max_connections().await?;
        let required = config.database.max_connections + NON_POOL_CONNECTIONS;
        anyhow::ensure!(
            required <= available,
            "the server accepts {available} connections, and a process may open {required} (database.max_connections and \
             {NON_POOL_CONNECTIONS} more); lower database.max_connections or raise max_connections of Postgres"
        );
        Ok(match pending {
            0 => "accepts writes; the schema is up to date".to_owned(),
            pending => format!("accepts writes; `serve` will apply {pending} migrations when it starts"),
        })
    };
    let checked = checked.await;
    database.pool().close().await;
    checked
}

async fn nats(config: &Config) -> anyhow::Result<String> {
    let nats = connect_nats(config).await?;
    if timeout(NATS_TIMEOUT, nats.connected()).await.is_err() {
        anyhow::bail!("NATS does not respond: {}", nats.failure().unwrap_or_else(|| "no response in time".to_owned()));
    }
    nats.require_supported_server().map_err(refusal_reason)?;
    let exists = Relay::inspect(&nats).await.map_err(refusal_reason);
    let exists = exists.context(
        "JetStream cannot be used; check that it is enabled and that this user may access it (docs/nats.md)",
    )?;
    // Only the database identifies the owner of the stream. If it is unreachable, its own line reports that.
    if let Ok(database) = connect_database(config).await {
        let own = require_own_stream(&nats, &database).await.map_err(refusal_reason);
        database.pool().close().await;
        own?;
    }
    let version = nats.client.server_info().version;
    let stream = if exists { "the stream exists" } else { "the relay will create the stream" };
    Ok(format!("nats-server {version}, {stream}"))
}

async fn images(config: &Config) -> anyhow::Result<String> {
    Images::open(&config.images)?.probe().await.context("the image store is not writable")?;
    Ok("writable and readable".to_owned())
}

async fn keys(config: &Config) -> anyhow::Result<String> {
    let Some(source) = key_source(config)? else { return Ok("a secret".to_owned()) };
    let published = PublishedKeys::of(source).await?;
    published.refresh().await?;
    Ok("the JSON Web Key Set can be loaded".to_owned())
}
