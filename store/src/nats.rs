//! The connection to NATS and the one JetStream context of the process.

use std::time::Duration;

use async_nats::jetstream;

use crate::error::{StoreError, StoreErrorKind};

/// Publishes in flight at once; the relay's stay below it.
const MAX_ACKS_IN_FLIGHT: usize = 4096;

/// A connection to NATS. Clones share it.
#[derive(Debug, Clone)]
pub struct Nats {
    /// Core NATS.
    pub client: async_nats::Client,
    /// JetStream. One a process: each context spawns a task.
    pub jetstream: jetstream::Context,
}

impl Nats {
    /// Connects; when the server is not there yet, keeps trying in the background: sends do not need NATS.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let address: async_nats::ServerAddr = url.parse().map_err(|source: std::io::Error| {
            StoreError::new(StoreErrorKind::Refused, "reading the NATS URL", source)
        })?;
        let client = with_credentials(&address)
            .name("causerie")
            .retry_on_initial_connect()
            .ping_interval(Duration::from_secs(10))
            .request_timeout(Some(Duration::from_secs(5)))
            .event_callback(|event| async move { tracing::debug!(%event, "nats") })
            .connect(address)
            .await
            .map_err(|source| StoreError::unavailable("connecting to NATS", source))?;
        let jetstream = jetstream::context::ContextBuilder::new()
            .timeout(Duration::from_secs(5))
            .max_ack_inflight(MAX_ACKS_IN_FLIGHT)
            .build(client.clone());
        Ok(Self { client, jetstream })
    }

    /// Whether the server answers now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }
}

/// The client leaves what stands before the `@` to its caller.
fn with_credentials(address: &async_nats::ServerAddr) -> async_nats::ConnectOptions {
    let options = async_nats::ConnectOptions::new();
    match (address.username(), address.password()) {
        (Some(user), Some(password)) => options.user_and_password(user.to_owned(), password.to_owned()),
        (Some(token), None) => options.token(token.to_owned()),
        (None, _) => options,
    }
}
