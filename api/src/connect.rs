//! Connections and keys, as configured. `serve` and `config check` use the same functions, so both reject a configuration with
//! the same sentence.

use std::time::Duration;

use anyhow::Context;
use causerie_store::{Database, DatabaseOptions, Nats, PoolerError, ServerError, StoreError, StoreErrorKind};
use secrecy::ExposeSecret;

use crate::auth::{PublishedKeys, Source, Tokens};
use crate::config::{AuthConfig, Config};

/// The configured options of Postgres. Does not connect.
pub fn database_options(config: &Config) -> anyhow::Result<DatabaseOptions> {
    let url = config.database.url.as_ref().context(
        "no database is configured; set database.url, database.url_file or CAUSERIE_DATABASE__URL, or use `causerie dev`, which \
         starts one",
    )?;
    let options = DatabaseOptions {
        url: url.expose_secret().to_owned(),
        max_connections: config.database.max_connections,
        statement_timeout: Duration::from_millis(config.database.statement_timeout_ms),
    };
    options.parse()?;
    Ok(options)
}

pub async fn connect_database(config: &Config) -> anyhow::Result<Database> {
    let options = database_options(config)?;
    Database::connect(&options).await.map_err(|error| match error.kind {
        // These errors say what to do, so they need no context.
        StoreErrorKind::Refused if error.source.is::<PoolerError>() || error.source.is::<ServerError>() => {
            refusal_reason(error)
        }
        _ => anyhow::Error::new(error).context(format!("cannot reach Postgres at {}", options.place())),
    })
}

/// Connects to NATS as configured. If no server is reachable, retries in the background.
pub async fn connect_nats(config: &Config) -> anyhow::Result<Nats> {
    Nats::connect_to(config.nats.target()?).await.context("cannot reach NATS")
}

/// The error without the context of the store, if the store refused a server.
#[must_use]
pub fn refusal_reason(error: StoreError) -> anyhow::Error {
    if error.kind == StoreErrorKind::Refused { anyhow::anyhow!(error.source) } else { error.into() }
}

/// The configured source of the keys for tokens. Does not load them.
pub fn key_source(config: &Config) -> anyhow::Result<Option<Source>> {
    let AuthConfig { secret, jwks_file, jwks_url, .. } = &config.auth;
    let source = match (jwks_file, jwks_url) {
        (Some(_), Some(_)) => anyhow::bail!("both auth.jwks_file and auth.jwks_url are configured; keep one"),
        (Some(file), None) => Some(Source::File(file.clone())),
        (None, Some(url)) => Some(Source::url(url)?),
        (None, None) => None,
    };
    anyhow::ensure!(
        secret.is_some() || source.is_some(),
        "no key for tokens is configured; set CAUSERIE_AUTH__SECRET, CAUSERIE_AUTH__JWKS_FILE or CAUSERIE_AUTH__JWKS_URL, \
         or use `causerie dev`, which generates a secret"
    );
    let long_enough = secret.as_ref().is_none_or(|secret| secret.expose_secret().len() >= 32);
    anyhow::ensure!(long_enough, "the secret for tokens must have at least 32 bytes");
    Ok(source)
}

pub async fn tokens(config: &Config) -> anyhow::Result<Tokens> {
    let AuthConfig { secret, issuer, max_token_lifetime_days, .. } = &config.auth;
    let source = key_source(config)?;
    let published = match source {
        Some(source) => Some(PublishedKeys::of(source).await?),
        None => None,
    };
    let max_lifetime = Duration::from_hours(24 * u64::from(*max_token_lifetime_days));
    let tokens = Tokens::new(issuer, secret.clone(), published);
    Ok(tokens.at_most(Some(max_lifetime).filter(|lifetime| !lifetime.is_zero())))
}
