//! Wakes the relay when there is something new: within one process, and over core NATS where another process relays. A lost
//! wake-up costs one poll interval (docs/adr/0026).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_nats::SubscribeError;
use futures::StreamExt;
use tokio::sync::Notify;

use crate::feed::Feed;
use crate::nats::Nats;

/// An empty message says that something was appended. Outside the subjects of the log, which the relay alone may publish to.
const SUBJECT: &str = "causerie-live.v1.appended";
/// The least time between two such messages of one process: the next one covers what is appended meanwhile.
const DEBOUNCE: Duration = Duration::from_millis(2);

/// Clones wake the same relay.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Bells>);

#[derive(Debug, Default)]
struct Bells {
    here: Notify,
    elsewhere: Notify,
}

impl Wake {
    /// There is something new.
    pub fn wake(&self) {
        self.0.here.notify_one();
        self.0.elsewhere.notify_one();
    }

    /// Wakes the relay of another process whenever this one is woken and does not relay itself.
    pub async fn announce(&self, nats: &Nats, feed: &Feed) -> Infallible {
        loop {
            self.0.elsewhere.notified().await;
            // While NATS is away the client would keep the messages and send them all later.
            if feed.relays_here() || !nats.is_connected() {
                continue;
            }
            if let Err(error) = nats.client.publish(SUBJECT, "".into()).await {
                tracing::debug!(%error, "a wake-up of the relay was lost");
            }
            tokio::time::sleep(DEBOUNCE).await;
        }
    }

    /// Is woken by other processes too.
    pub(super) async fn hear(&self, nats: &Nats) -> Result<(), SubscribeError> {
        let mut appended = nats.client.subscribe(SUBJECT).await?;
        while appended.next().await.is_some() {
            self.0.here.notify_one();
        }
        Ok(())
    }

    pub(super) async fn wait_at_most(&self, limit: Duration) {
        // Time running out is the poll.
        let _ = tokio::time::timeout(limit, self.0.here.notified()).await;
    }
}
