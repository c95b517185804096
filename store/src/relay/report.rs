//! Why the relay does not get on, for every process that has to say so: over core NATS, which works while JetStream does not.

use async_nats::{SubscribeError, Subscriber};
use futures::StreamExt;

use crate::nats::Nats;

/// Outside the subjects of the log, which the relay alone may publish to.
const SUBJECT: &str = "causerie-live.v1.relay";
/// In bytes; a reason is a line.
const LONGEST: usize = 500;

/// Sends a reason to all processes.
pub(super) async fn send(nats: &Nats, reason: &str) {
    // While NATS is away each process knows that itself, and the client would keep the messages.
    if nats.is_connected()
        && let Err(error) = nats.client.publish(SUBJECT, reason.to_owned().into()).await
    {
        tracing::debug!(%error, "a report of the relay was lost");
    }
}

/// The reasons that relays report, as long as one of them does not get on.
#[derive(Debug)]
pub struct RelayReports(Subscriber);

impl RelayReports {
    /// Hears from the relays of all processes.
    pub async fn listen(nats: &Nats) -> Result<Self, SubscribeError> {
        nats.client.subscribe(SUBJECT).await.map(Self)
    }

    /// The next one; none when the connection has ended for good.
    pub async fn next(&mut self) -> Option<String> {
        let report = self.0.next().await?;
        let line = report.payload.get(..LONGEST).unwrap_or(&report.payload);
        Some(String::from_utf8_lossy(line).into_owned())
    }
}
