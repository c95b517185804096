//! Configuration: defaults, then a TOML file, then `CAUSERIE_SECTION__KEY` in the environment, then flags. Unknown keys
//! are refused.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use secrecy::SecretString;
use serde::Deserialize;

/// Everything that can be set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the service listens.
    pub server: ServerConfig,
    /// Postgres.
    pub database: DatabaseConfig,
    /// NATS.
    pub nats: NatsConfig,
    /// Tokens.
    pub auth: AuthConfig,
    /// Rate limits.
    pub limits: LimitsConfig,
    /// Logs.
    pub log: LogConfig,
    /// Whether the demo is part of the service: as `causerie dev` says, and nobody else.
    #[serde(skip)]
    pub demo: bool,
}

/// Where the service listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The most connections at once; what is beyond waits.
    pub max_connections: usize,
    /// The most requests worked on at once; what is beyond is answered 503 at once. An open stream is none.
    pub max_requests: usize,
}

/// Postgres.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host:port/database`.
    pub url: Option<SecretString>,
    /// A file that holds the URL.
    pub url_file: Option<PathBuf>,
    /// The most connections of this process.
    pub max_connections: u32,
    /// How long a statement may take.
    pub statement_timeout_ms: u64,
}

/// NATS.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NatsConfig {
    /// `nats://user:password@host:port`.
    pub url: Option<SecretString>,
    /// A file that holds the URL.
    pub url_file: Option<PathBuf>,
}

/// Tokens.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// The secret that signs tokens (HS256), at least 32 bytes.
    pub secret: Option<SecretString>,
    /// A file that holds the secret.
    pub secret_file: Option<PathBuf>,
    /// A file with the keys that tokens are signed with (a JSON Web Key Set).
    pub jwks_file: Option<PathBuf>,
    /// An address where the keys are published.
    pub jwks_url: Option<String>,
    /// Who signs them: tokens must have this `iss`.
    pub issuer: String,
}

/// Rate limits; 0 per second is no limit.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Messages a member may send per second.
    pub sends_per_second: u32,
    /// Messages a member may send at once.
    pub sends_burst: u32,
    /// Requests a caller may make per second.
    pub requests_per_second: u32,
    /// Requests a caller may make at once.
    pub requests_burst: u32,
}

/// Logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// What is logged, as a tracing filter: `info`, `causerie_store=debug`, …
    pub filter: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), max_connections: 10_000, max_requests: 1_000 }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: None, url_file: None, max_connections: 20, statement_timeout_ms: 5_000 }
    }
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self { secret: None, secret_file: None, jwks_file: None, jwks_url: None, issuer: "causerie".to_owned() }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { sends_per_second: 5, sends_burst: 20, requests_per_second: 50, requests_burst: 200 }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: "info,sqlx=warn,async_nats=warn".to_owned(), format: LogFormat::Text }
    }
}

impl Config {
    /// Reads the files, later ones over earlier ones, and the environment over them.
    pub fn load(files: &[&Path]) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        for file in files {
            builder = builder.add_source(config::File::from(*file).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("CAUSERIE")
            .prefix_separator("_")
            .separator("__")
            .source(Some(settings_of_environment()));
        let config: Self = builder
            .add_source(environment)
            .build()
            .and_then(config::Config::try_deserialize)
            .context("the configuration is not valid")?;
        config.with_secrets_of_files()
    }

    fn with_secrets_of_files(mut self) -> anyhow::Result<Self> {
        read_secret(&mut self.database.url, self.database.url_file.as_deref())?;
        read_secret(&mut self.nats.url, self.nats.url_file.as_deref())?;
        read_secret(&mut self.auth.secret, self.auth.secret_file.as_deref())?;
        Ok(self)
    }

    /// Whether a server of one's own is configured.
    #[must_use]
    pub const fn has_servers(&self) -> bool {
        self.database.url.is_some() || self.nats.url.is_some()
    }
}

/// Only names with a section are settings: `CAUSERIE_TOOLS_DIR` and its like are not.
fn settings_of_environment() -> HashMap<String, String> {
    std::env::vars().filter(|(name, _)| name.starts_with("CAUSERIE_") && name.contains("__")).collect()
}

fn read_secret(secret: &mut Option<SecretString>, file: Option<&Path>) -> anyhow::Result<()> {
    let Some(file) = file else { return Ok(()) };
    anyhow::ensure!(secret.is_none(), "both a secret and the file {} are configured; keep one", file.display());
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read the secret in {}", file.display()))?;
    *secret = Some(SecretString::from(text.trim_end().to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(toml: &str) -> Result<Config, config::ConfigError> {
        config::Config::builder()
            .add_source(config::File::from_str(toml, config::FileFormat::Toml))
            .build()
            .and_then(config::Config::try_deserialize)
    }

    #[test]
    fn an_empty_file_is_the_defaults() {
        let config = parse("").unwrap();
        assert_eq!(config.limits.sends_per_second, 5);
        assert_eq!(config.limits.sends_burst, 20);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = parse("[limits]\nsends_per_secnd = 1").unwrap_err().to_string();
        assert!(error.contains("sends_per_secnd"), "{error}");
        assert!(parse("[limts]\n").is_err());
    }
}
