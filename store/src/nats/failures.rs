//! The reasons why NATS is unreachable or rejects requests, for the log and for health checks.
//!
//! The NATS client reports the reason of a failed connection only to the callback that chooses the
//! next server. This callback reads it and leaves the choice to the client.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::{ClientError, ConnectOptions, Event, Server};
use tokio::time::Instant;

/// How long a refusal explains requests without a response, which time out after 5 s.
const RECENT_REFUSAL: Duration = Duration::from_secs(15);

/// The last failures. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures(Arc<Mutex<LastFailure>>);

#[derive(Debug, Default)]
struct LastFailure {
    /// While no server is reached.
    connection: Option<String>,
    refusal: Option<(Instant, String)>,
}

impl Failures {
    /// Adds the callbacks that record failures.
    pub(super) fn report_of(&self, options: ConnectOptions) -> ConnectOptions {
        let (of_servers, of_events) = (self.clone(), self.clone());
        options
            .reconnect_to_server_callback(move |servers, _| {
                of_servers.note_servers(&servers);
                std::future::ready(None)
            })
            .event_callback(move |event| {
                of_events.note(&event);
                std::future::ready(())
            })
    }

    /// Why the last attempt to connect failed.
    pub(super) fn connection(&self) -> Option<String> {
        self.last().connection.clone()
    }

    /// The last refusal, if it is recent.
    pub(super) fn refusal(&self) -> Option<String> {
        let last = self.last();
        last.refusal.as_ref().filter(|(at, _)| at.elapsed() < RECENT_REFUSAL).map(|(_, refusal)| refusal.clone())
    }

    /// Called before each attempt, with the errors of earlier ones.
    fn note_servers(&self, servers: &[Server]) {
        let failed = servers.iter().filter_map(|server| Some((&server.addr, server.last_error.as_deref()?)));
        let mut reasons = Vec::new();
        for (address, reason) in failed {
            let server = format!("{}:{}", address.host(), address.port());
            tracing::warn!(server, reason, "NATS server unreachable; retrying");
            reasons.push(format!("{server}: {reason}"));
        }
        if !reasons.is_empty() {
            self.last().connection = Some(reasons.join("; "));
        }
    }

    fn note(&self, event: &Event) {
        match event {
            Event::Connected => {
                tracing::info!("connected to NATS");
                self.last().connection = None;
            }
            Event::Disconnected => tracing::warn!("connection to NATS lost; reconnecting"),
            Event::ServerError(refusal) => {
                let reason = refusal.to_string();
                let reason = reason.strip_prefix("nats: ").unwrap_or(&reason);
                tracing::warn!(reason, "NATS rejected an operation");
                self.last().refusal = Some((Instant::now(), reason.to_owned()));
            }
            // The client does not name the server that could not be looked up.
            Event::ClientError(ClientError::Other(reason)) if reason == "DNS error" => {
                let reason = "DNS error: a host of nats.url is not known";
                tracing::warn!(reason, "NATS server unreachable; retrying");
                self.last().connection.get_or_insert_with(|| reason.to_owned());
            }
            Event::SlowConsumer(subscription) => {
                tracing::warn!(subscription, "NATS messages arrived faster than they were read; some were dropped");
            }
            other => tracing::debug!(event = %other, "NATS"),
        }
    }

    fn last(&self) -> std::sync::MutexGuard<'_, LastFailure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
