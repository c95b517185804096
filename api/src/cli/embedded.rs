//! Speaking to the embedded default that lives in a folder, for the subcommands that are not `dev`.

use std::path::Path;

use anyhow::Context;
use causerie_sandbox::{Options, Sandbox};
use causerie_store::Database;
use secrecy::SecretString;

use crate::config::Config;
use crate::service::{connect_database, refusal};

/// The file in the data folder that holds the secret for tokens.
pub(super) const SECRET_FILE: &str = "token-secret";

/// The configured database; without one, the embedded one: that of the running `causerie dev`, or started for as long as
/// this value lives.
pub(super) struct Embedded {
    pub(super) database: Database,
    sandbox: Option<Sandbox>,
}

impl Embedded {
    /// Refuses a database without its schema: only `causerie migrate` and `serve` make it.
    pub(super) async fn open(config: Config, data: &Path) -> anyhow::Result<Self> {
        let embedded = Self::connect(config, data).await?;
        let Err(error) = embedded.database.require_schema().await else { return Ok(embedded) };
        embedded.close().await?;
        Err(refusal(error))
    }

    /// Whatever its schema is.
    pub(super) async fn connect(mut config: Config, data: &Path) -> anyhow::Result<Self> {
        let mut sandbox = None;
        if config.database.url.is_none() {
            let running = causerie_sandbox::running(data)?.and_then(|running| running.database_url);
            let url = if let Some(url) = running {
                url
            } else {
                anyhow::ensure!(
                    data.join("postgres").exists(),
                    "no database is configured and there is no embedded one in {}; \
                     set CAUSERIE_DATABASE__URL or run `causerie dev` first",
                    data.display()
                );
                let started = Sandbox::start(Options { nats: false, ..Options::new(data) }).await?;
                let url = started.postgres.as_ref().map(causerie_sandbox::PostgresServer::url);
                sandbox = Some(started);
                url.context("the embedded Postgres did not start")?
            };
            config.database.url = Some(SecretString::from(url));
        }
        Ok(Self { database: connect_database(&config).await?, sandbox })
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        self.database.pool().close().await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await?;
        }
        Ok(())
    }
}

/// The configured secret for tokens; without one, that of the embedded default.
pub(super) fn with_secret(mut config: Config, data: &Path) -> anyhow::Result<Config> {
    let file = data.join(SECRET_FILE);
    if config.auth.secret.is_none() && file.exists() {
        let secret = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        config.auth.secret = Some(SecretString::from(secret.trim().to_owned()));
    }
    Ok(config)
}
