//! The connection to NATS and the one JetStream context of the process.

mod failures;
mod options;

use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream;

use crate::error::{StoreError, StoreErrorKind};
use failures::Failures;

pub use options::{NatsOptions, NatsOptionsError, NatsTarget};

/// Above the publishes in flight of the relay.
const MAX_ACKS_IN_FLIGHT: usize = 4096;
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// The oldest tested nats-server: major and minor version.
const MIN_SERVER_VERSION: (u32, u32) = (2, 10);

/// A connection to NATS. Clones share it.
#[derive(Debug, Clone)]
pub struct Nats {
    pub client: async_nats::Client,
    /// One per process, because each context spawns a task.
    pub jetstream: jetstream::Context,
    failures: Failures,
}

impl Nats {
    /// Connects to the servers of `nats.url`, without files for credentials or TLS.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let options = NatsOptions { url: url.to_owned(), ..NatsOptions::default() };
        let target = options.read();
        Self::connect_to(
            target.map_err(|source| StoreError::new(StoreErrorKind::Refused, "reading the NATS URL", source))?,
        )
        .await
    }

    /// Connects. While no server is reachable, retries in the background: sends do not need NATS.
    pub async fn connect_to(NatsTarget { servers, options }: NatsTarget) -> Result<Self, StoreError> {
        let failures = Failures::default();
        let client = failures
            .report_of(options)
            .name("causerie")
            .retry_on_initial_connect()
            .ping_interval(Duration::from_secs(10))
            .request_timeout(Some(Duration::from_secs(5)))
            .connect(servers)
            .await
            .map_err(|source| StoreError::unavailable("connecting to NATS", source))?;
        let jetstream = jetstream::context::ContextBuilder::new()
            .timeout(Duration::from_secs(5))
            .max_ack_inflight(MAX_ACKS_IN_FLIGHT)
            .build(client.clone());
        Ok(Self { client, jetstream, failures })
    }

    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    pub async fn connected(&self) {
        while !self.is_connected() {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Why no server is reachable, or a recent refusal. None without a failure.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        if self.is_connected() {
            return self.failures.refusal();
        }
        Some(self.failures.connection().unwrap_or_else(|| "not connected yet".to_owned()))
    }

    /// What failed and why, in a line that may be shown without a token: for errors of Postgres and
    /// of stored data it contains only the action. NATS reports a missing permission on the
    /// connection only, while the request times out, so the line contains both.
    #[must_use]
    pub fn explain(&self, error: &StoreError) -> String {
        let StoreError { kind, action, source } = error;
        if *kind == StoreErrorKind::Corrupt || source.is::<sqlx::Error>() {
            return format!("{action} failed");
        }
        match self.failure() {
            Some(failure) if *kind == StoreErrorKind::Unavailable => format!("{action}: {source}; NATS: {failure}"),
            _ => format!("{action}: {source}"),
        }
    }

    /// Rejects a server that is too old. One that is not connected yet is accepted.
    ///
    /// # Errors
    /// [`StoreErrorKind::Refused`], with the sentence for the operator as its source.
    pub fn require_supported_server(&self) -> Result<(), StoreError> {
        let Some(info) = self.client.try_server_info() else { return Ok(()) };
        match major_and_minor(&info.version) {
            Some(version) if version < MIN_SERVER_VERSION => {
                let (major, minor) = MIN_SERVER_VERSION;
                let old = format!("nats-server {} is too old; Causerie needs {major}.{minor} or later", info.version);
                Err(StoreError::new(StoreErrorKind::Refused, "checking the version of nats-server", old))
            }
            _ => Ok(()),
        }
    }
}

fn major_and_minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (version, old) in [("2.9.25", true), ("2.10.0", false), ("2.11.0-RC.1", false), ("3.0.1", false)] {
            assert_eq!(major_and_minor(version).unwrap() < MIN_SERVER_VERSION, old, "{version}");
        }
        assert_eq!(major_and_minor("a fork"), None);
    }
}
