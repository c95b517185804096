//! Connects subcommands other than `dev` to the configured or the embedded servers.

use std::path::Path;

use anyhow::Context;
use causerie_sandbox::{Options, Sandbox};
use causerie_store::{Database, Nats};
use secrecy::SecretString;

use crate::config::Config;
use crate::connect::{connect_database, connect_nats, refusal_reason};

/// The file in the data folder that contains the token secret.
pub(super) const SECRET_FILE: &str = "token-secret";

/// Connections to the configured servers. Without configured ones, to the embedded servers of a
/// running `causerie dev`, or to embedded servers that run until [`Self::close`].
pub(super) struct Servers {
    pub(super) database: Database,
    config: Config,
    sandbox: Option<Sandbox>,
}

impl Servers {
    /// Opens the database. Fails without a schema: only `causerie migrate` and `serve` create it.
    pub(super) async fn open(config: Config, data: &Path) -> anyhow::Result<Self> {
        Self::connect(config, data).await?.with_schema().await
    }

    /// Opens the database as [`Self::open`] does, and prepares NATS for [`Self::nats`].
    pub(super) async fn open_with_nats(config: Config, data: &Path) -> anyhow::Result<Self> {
        let missing = MissingServers { database: config.database.url.is_none(), nats: config.nats.url.is_none() };
        Self::open_missing(config, data, missing).await?.with_schema().await
    }

    /// Opens the database without a check of its schema.
    pub(super) async fn connect(config: Config, data: &Path) -> anyhow::Result<Self> {
        let database = config.database.url.is_none();
        Self::open_missing(config, data, MissingServers { database, nats: false }).await
    }

    async fn with_schema(self) -> anyhow::Result<Self> {
        let Err(error) = self.database.require_schema().await else { return Ok(self) };
        self.close().await?;
        Err(refusal_reason(error))
    }

    async fn open_missing(mut config: Config, data: &Path, missing: MissingServers) -> anyhow::Result<Self> {
        let mut sandbox = None;
        if missing.database || missing.nats {
            let (mut database_url, mut nats_url) = match causerie_sandbox::running(data)? {
                Some(running) => (running.database_url, running.nats_url),
                None => (None, None),
            };
            if (missing.database && database_url.is_none()) || (missing.nats && nats_url.is_none()) {
                missing.require_folders(data)?;
                let options = Options { postgres: missing.database, nats: missing.nats, ..Options::new(data) };
                let started = Sandbox::start(options).await?;
                database_url = started.postgres.as_ref().map(causerie_sandbox::PostgresServer::url);
                nats_url = started.nats.as_ref().map(causerie_sandbox::NatsServer::url);
                sandbox = Some(started);
            }
            if missing.database {
                let url = database_url.context("the embedded Postgres did not start")?;
                config.database.url = Some(SecretString::from(url));
            }
            if missing.nats {
                config.nats.url = Some(SecretString::from(nats_url.context("the embedded nats-server did not start")?));
            }
        }
        Ok(Self { database: connect_database(&config).await?, config, sandbox })
    }

    pub(super) async fn nats(&self) -> anyhow::Result<Nats> {
        connect_nats(&self.config).await
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.database.pool().close().await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await?;
        }
        Ok(())
    }
}

/// The servers that are not configured.
#[derive(Debug, Clone, Copy)]
struct MissingServers {
    database: bool,
    nats: bool,
}

impl MissingServers {
    /// A command that only reads does not create embedded servers.
    fn require_folders(self, data: &Path) -> anyhow::Result<()> {
        for (missing, folder, what, setting) in [
            (self.database, "postgres", "database", "CAUSERIE_DATABASE__URL"),
            (self.nats, "nats", "NATS server", "CAUSERIE_NATS__URL"),
        ] {
            anyhow::ensure!(
                !missing || data.join(folder).exists(),
                "no {what} is configured and there is no embedded one in {}; set {setting} or run `causerie dev` first",
                data.display()
            );
        }
        Ok(())
    }
}

/// Uses the configured token secret, or else that of the data folder.
pub(super) fn with_secret(mut config: Config, data: &Path) -> anyhow::Result<Config> {
    let file = data.join(SECRET_FILE);
    if config.auth.secret.is_none() && file.exists() {
        let secret = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        config.auth.secret = Some(SecretString::from(secret.trim().to_owned()));
    }
    Ok(config)
}
