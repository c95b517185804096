//! Configuration: defaults, then a TOML file, then `CAUSERIE_SECTION__KEY` in the environment, then
//! flags. Unknown keys are rejected.

mod example;
mod images;
mod load;
mod nats;

use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use crate::address::TrustedProxies;

pub use example::example;
pub use images::ImagesConfig;
pub use nats::NatsConfig;

#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the service listens, and limits of the process.
    pub server: ServerConfig,
    /// Postgres.
    pub database: DatabaseConfig,
    /// NATS.
    pub nats: NatsConfig,
    /// Tokens.
    pub auth: AuthConfig,
    /// Group images: stored in a folder, or in an S3-compatible bucket.
    pub images: ImagesConfig,
    /// Limits per caller and member; 0 disables a limit.
    pub limits: LimitsConfig,
    /// Logs.
    pub log: LogConfig,
    /// Whether the demo is enabled. Only `causerie dev` sets it.
    #[serde(skip)]
    pub demo: bool,
}

/// Where the service listens, and limits of the process.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port; port 0 binds a free port.
    pub listen: SocketAddr,
    /// Where `/livez`, `/readyz` and `/metrics` are served with any roles; `/metrics` is then not
    /// served at `listen`. Default for a process without the role `api`: `127.0.0.1:8081` if that
    /// is free.
    pub health_listen: Option<SocketAddr>,
    /// Seconds for which the service accepts requests after a stop signal, with 503 on `/readyz`.
    pub drain_seconds: u64,
    /// Maximum number of open connections; further ones wait.
    pub max_connections: usize,
    /// Maximum number of concurrent requests; further ones get 503. Open streams do not count.
    pub max_requests: usize,
    /// Maximum number of concurrent queries; further ones wait, round robin between sites and
    /// callers. Keep it below the connections of the database; 0 is twice the number of processors.
    pub max_queries: usize,
    /// Networks of proxies whose `X-Forwarded-For` and `Forwarded` headers are trusted.
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: TrustedProxies,
}

/// Postgres.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `postgres://user:password@host:port/database`.
    #[serde(serialize_with = "hidden")]
    #[schemars(with = "Option<String>")]
    pub url: Option<SecretString>,
    /// A file that contains the URL.
    pub url_file: Option<PathBuf>,
    /// Maximum number of pooled connections of this process. It opens up to six more: two to append
    /// messages, one for the relay, and one for each read model.
    pub max_connections: u32,
    /// Time limit of a statement in milliseconds.
    pub statement_timeout_ms: u64,
}

/// Tokens.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// The secret that signs tokens (HS256), at least 32 bytes.
    #[serde(serialize_with = "hidden")]
    #[schemars(with = "Option<String>")]
    pub secret: Option<SecretString>,
    /// A file that contains the secret.
    pub secret_file: Option<PathBuf>,
    /// A file with the public keys of tokens (JSON Web Key Set).
    pub jwks_file: Option<PathBuf>,
    /// The URL of a published JSON Web Key Set.
    pub jwks_url: Option<String>,
    /// The `iss` that tokens must have.
    pub issuer: String,
    /// Maximum number of days until `exp`; 0 disables the limit.
    pub max_token_lifetime_days: u32,
}

/// Limits per caller and member; 0 disables a limit.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsConfig {
    /// Messages a member may send per second.
    pub sends_per_second: u32,
    /// Messages a member may send in a burst.
    pub sends_burst: u32,
    /// Requests a caller may send per second.
    pub requests_per_second: u32,
    /// Requests a caller may send in a burst.
    pub requests_burst: u32,
    /// Typing notifications a member may send per second. The chat box sends one every few seconds.
    pub typing_per_second: u32,
    /// Typing notifications a member may send in a burst.
    pub typing_burst: u32,
    /// Live streams a member may have open on one process; 0 disables the limit.
    pub streams_per_member: u32,
    /// Live streams a member may open per second.
    pub stream_opens_per_second: u32,
    /// Live streams a member may open in a burst.
    pub stream_opens_burst: u32,
    /// Concurrent requests of a caller, except in bursts of at most 100 ms.
    pub requests_in_progress: u32,
    /// Groups a member may create per hour.
    pub groups_per_hour: u32,
    /// Groups a member may create in a burst.
    pub groups_burst: u32,
    /// Participants a member may add to groups per second, including those of new groups.
    pub seats_per_second: u32,
    /// Participants a member may add to groups in a burst: at least the largest group size.
    pub seats_burst: u32,
    /// Requests without a valid token per second and client address; a request with an invalid
    /// token counts as ten.
    pub anonymous_per_second: u32,
    /// Requests without a valid token in a burst.
    pub anonymous_burst: u32,
}

/// Logs.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// A filter of the crate `tracing`: `info`, `causerie_store=debug`, …
    pub filter: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    /// One JSON object per line.
    Json,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            health_listen: None,
            drain_seconds: 5,
            max_connections: 10_000,
            max_requests: 1_000,
            max_queries: 0,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self { url: None, url_file: None, max_connections: 20, statement_timeout_ms: 5_000 }
    }
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            secret: None,
            secret_file: None,
            jwks_file: None,
            jwks_url: None,
            issuer: "causerie".to_owned(),
            max_token_lifetime_days: 31,
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            sends_per_second: 5,
            sends_burst: 20,
            requests_per_second: 50,
            requests_burst: 200,
            typing_per_second: 1,
            typing_burst: 3,
            streams_per_member: 10,
            stream_opens_per_second: 1,
            stream_opens_burst: 30,
            requests_in_progress: 32,
            groups_per_hour: 60,
            groups_burst: 100,
            seats_per_second: 20,
            seats_burst: 2_000,
            anonymous_per_second: 1_000,
            anonymous_burst: 2_000,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: "info,sqlx=warn,async_nats=off".to_owned(), format: LogFormat::Text }
    }
}

impl ServerConfig {
    /// The default health address of a process without the role `api`.
    pub const DEFAULT_HEALTH_LISTEN: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8081);
}

/// Shows that a secret is set, but not its value.
#[expect(clippy::ref_option, reason = "signature required by serde")]
fn hidden<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(|_| "(hidden)").serialize(serializer)
}
