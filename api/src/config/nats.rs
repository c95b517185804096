//! Settings of the NATS connection and of the stream.

use std::path::PathBuf;

use anyhow::Context;
use causerie_store::{NatsOptions, NatsTarget};
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::hidden;

/// NATS.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NatsConfig {
    /// `nats://user:password@host:port`, with commas between the servers of a cluster; `tls://`
    /// requires TLS. Percent-encode special characters in user and password.
    #[serde(serialize_with = "hidden")]
    #[schemars(with = "Option<String>")]
    pub url: Option<SecretString>,
    /// A file that contains the URL.
    pub url_file: Option<PathBuf>,
    /// A credentials file (JWT and seed), instead of a user in the URL.
    pub creds_file: Option<PathBuf>,
    /// A file with the seed of a user's nkey, instead of a user in the URL.
    pub nkey_file: Option<PathBuf>,
    /// Certificates (PEM) of the authorities that sign the server certificate, instead of those of
    /// the system. Requires TLS.
    pub tls_ca_file: Option<PathBuf>,
    /// The client certificate (PEM), if the server requires one. Requires TLS.
    pub tls_cert_file: Option<PathBuf>,
    /// The private key (PEM, not encrypted) of that certificate.
    pub tls_key_file: Option<PathBuf>,
    /// Replicas of the stream in a NATS cluster: 1, 3 or 5. A stream with more replicas keeps them.
    pub replicas: usize,
}

impl Default for NatsConfig {
    fn default() -> Self {
        Self {
            url: None,
            url_file: None,
            creds_file: None,
            nkey_file: None,
            tls_ca_file: None,
            tls_cert_file: None,
            tls_key_file: None,
            replicas: 1,
        }
    }
}

impl NatsConfig {
    /// Reads the files and validates the settings, without a connection to a server.
    pub fn target(&self) -> anyhow::Result<NatsTarget> {
        let url = self
            .url
            .as_ref()
            .context("no NATS server is configured: nats.url is not set, nor nats.url_file; set CAUSERIE_NATS__URL")?;
        anyhow::ensure!(matches!(self.replicas, 1 | 3 | 5), "nats.replicas is {}; it must be 1, 3 or 5", self.replicas);
        let options = NatsOptions {
            url: url.expose_secret().to_owned(),
            creds_file: self.creds_file.clone(),
            nkey_file: self.nkey_file.clone(),
            tls_ca_file: self.tls_ca_file.clone(),
            tls_cert_file: self.tls_cert_file.clone(),
            tls_key_file: self.tls_key_file.clone(),
        };
        Ok(options.read()?)
    }
}
