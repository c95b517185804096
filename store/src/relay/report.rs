//! Reports of why the relay fails, for the health checks of all processes: over core NATS, which
//! works while JetStream does not.

use async_nats::{SubscribeError, Subscriber};
use futures::StreamExt;

use crate::nats::Nats;

/// Outside the subjects of the log, to which only the relay may publish.
const REPORT_SUBJECT: &str = "causerie-live.v1.relay";
const MAX_REPORT_BYTES: usize = 500;

pub(super) async fn send(nats: &Nats, reason: &str) {
    // While NATS is unreachable, each process knows the reason, and the client would queue the
    // messages.
    if nats.is_connected()
        && let Err(error) = nats.client.publish(REPORT_SUBJECT, reason.to_owned().into()).await
    {
        tracing::debug!(%error, "a report of the relay was lost");
    }
}

#[derive(Debug)]
pub struct RelayReports(Subscriber);

impl RelayReports {
    pub async fn listen(nats: &Nats) -> Result<Self, SubscribeError> {
        nats.client.subscribe(REPORT_SUBJECT).await.map(Self)
    }

    /// The next report; none if the connection is closed.
    pub async fn next(&mut self) -> Option<String> {
        let report = self.0.next().await?;
        let line = report.payload.get(..MAX_REPORT_BYTES).unwrap_or(&report.payload);
        Some(String::from_utf8_lossy(line).into_owned())
    }
}
