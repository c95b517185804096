//! Why NATS is not reached, or refuses: in the log, and for those who have to say why something does not get on.
//!
//! The client of NATS reports the reason of a failed connection only to the callback that chooses the next server. Ours reads
//! it there and leaves the choice to the client.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_nats::{ClientError, ConnectOptions, Event, Server};
use tokio::time::Instant;

/// For how long a refusal explains requests that are not answered. They time out after 5 s.
const RECENT: Duration = Duration::from_secs(15);

/// What failed last. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures(Arc<Mutex<Last>>);

#[derive(Debug, Default)]
struct Last {
    /// While no server is reached.
    connection: Option<String>,
    refusal: Option<(Instant, String)>,
}

impl Failures {
    /// The options, with this as what hears of failures.
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

    /// What the server has refused just now.
    pub(super) fn refusal(&self) -> Option<String> {
        let last = self.last();
        last.refusal.as_ref().filter(|(at, _)| at.elapsed() < RECENT).map(|(_, refusal)| refusal.clone())
    }

    /// Before each attempt: how the attempts before ended.
    fn note_servers(&self, servers: &[Server]) {
        let failed = servers.iter().filter_map(|server| Some((&server.addr, server.last_error.as_deref()?)));
        let mut reasons = Vec::new();
        for (address, reason) in failed {
            let server = format!("{}:{}", address.host(), address.port());
            tracing::warn!(server, reason, "a NATS server is not reached; trying again");
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
            Event::Disconnected => tracing::warn!("the connection to NATS is lost; connecting again"),
            Event::ServerError(refusal) => {
                let reason = refusal.to_string();
                let reason = reason.strip_prefix("nats: ").unwrap_or(&reason);
                tracing::warn!(reason, "NATS refused something");
                self.last().refusal = Some((Instant::now(), reason.to_owned()));
            }
            // The client does not name the server that could not be looked up.
            Event::ClientError(ClientError::Other(reason)) if reason == "DNS error" => {
                let reason = "DNS error: a host of nats.url is not known";
                tracing::warn!(reason, "a NATS server is not reached; trying again");
                self.last().connection.get_or_insert_with(|| reason.to_owned());
            }
            Event::SlowConsumer(subscription) => {
                tracing::warn!(subscription, "messages of NATS came faster than they were read; some were dropped");
            }
            other => tracing::debug!(event = %other, "NATS"),
        }
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Last> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
