//! Configuration: defaults, then a TOML file, then `CAUSERIE_SECTION__KEY` in the environment, then flags. Unknown keys
//! are refused.

mod example;
mod images;
mod load;
mod nats;

use std::net::SocketAddr;
use std::path::PathBuf;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};

use crate::edge::TrustedProxies;

pub use example::example;
pub use images::ImagesConfig;
pub use nats::NatsConfig;

/// Everything that can be set.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
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
    /// Images of groups: in a folder, or in a bucket of S3 or what speaks like it.
    pub images: ImagesConfig,
    /// Limits of each caller and member; 0 disables the limit.
    pub limits: LimitsConfig,
    /// Logs.
    pub log: LogConfig,
    /// Whether the demo is part of the service: as `causerie dev` says, and nobody else.
    #[serde(skip)]
    pub demo: bool,
}

/// Where the service listens.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where `/livez`, `/readyz` and `/metrics` are served, whatever the roles; `/metrics` then no longer at `listen`. Without
    /// it a process without the role `api` takes `127.0.0.1:8081`, where that is free.
    pub health_listen: Option<SocketAddr>,
    /// How many seconds the service serves on after a stop signal, with 503 on `/readyz`: as long as a proxy needs to
    /// notice.
    pub drain_seconds: u64,
    /// The most connections at once; what is beyond waits.
    pub max_connections: usize,
    /// The most requests worked on at once; what is beyond is answered 503 at once. An open stream is none.
    pub max_requests: usize,
    /// The most queries among them at once; what is beyond waits, and the sites and their callers take turns. Below the
    /// database's connections; 0 is twice the processors of the machine.
    pub max_queries: usize,
    /// Networks of proxies whose `X-Forwarded-For` and `Forwarded` say which client sent a request.
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
    /// A file that holds the URL.
    pub url_file: Option<PathBuf>,
    /// The most connections of the pool of this process. Up to six more come beside it: two that append messages, that of the
    /// relay, one for each read model.
    pub max_connections: u32,
    /// How long a statement may take.
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
    /// A file that holds the secret.
    pub secret_file: Option<PathBuf>,
    /// A file with the keys that tokens are signed with (a JSON Web Key Set).
    pub jwks_file: Option<PathBuf>,
    /// An address where the keys are published.
    pub jwks_url: Option<String>,
    /// Who signs them: tokens must have this `iss`.
    pub issuer: String,
    /// How many days ahead `exp` may be; 0 disables the limit.
    pub max_token_lifetime_days: u32,
}

/// Limits of each caller and member; 0 disables the limit.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
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
    /// How often a member may show that they type, per second: a box says it every few seconds.
    pub typing_per_second: u32,
    /// How often a member may show that they type, at once.
    pub typing_burst: u32,
    /// Live streams a member may have open at once, on one process; 0 disables the limit.
    pub streams_per_member: u32,
    /// Live streams a member may open per second.
    pub stream_opens_per_second: u32,
    /// Live streams a member may open at once.
    pub stream_opens_burst: u32,
    /// Requests of a caller that are worked on at once for longer than a moment.
    pub requests_in_progress: u32,
    /// Groups a member may create per hour.
    pub groups_per_hour: u32,
    /// Groups a member may create at once.
    pub groups_burst: u32,
    /// Participants a member may bring into groups per second, those of new groups included.
    pub seats_per_second: u32,
    /// Participants a member may bring into groups at once: not less than the largest group has.
    pub seats_burst: u32,
    /// Requests without a valid token per second and client address; one with a token that is not valid counts as ten.
    pub anonymous_per_second: u32,
    /// Requests without a valid token at once.
    pub anonymous_burst: u32,
}

/// Logs.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// What is logged, as a tracing filter: `info`, `causerie_store=debug`, …
    pub filter: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
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
    /// Where a process without the role `api` serves its health when nothing is configured.
    pub const HEALTH: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8081);
}

/// That there is a secret may be shown; never what it is.
#[expect(clippy::ref_option, reason = "serde hands the field over so")]
fn hidden<S: Serializer>(secret: &Option<SecretString>, serializer: S) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(|_| "(hidden)").serialize(serializer)
}
