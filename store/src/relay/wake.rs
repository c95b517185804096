//! Wakes the relay after an append: within the process, and over core NATS if another process
//! relays. A lost wake-up costs one poll interval (docs/adr/0026).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_nats::SubscribeError;
use futures::StreamExt;
use tokio::sync::Notify;

use crate::feed::Feed;
use crate::nats::Nats;

/// An empty message after an append. Outside the subjects of the log, to which only the relay may
/// publish.
const WAKE_SUBJECT: &str = "causerie-live.v1.appended";
/// Minimum time between two messages of one process: the next one covers the appends in between.
const WAKE_INTERVAL: Duration = Duration::from_millis(2);

/// Clones wake the same relay.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notifications>);

#[derive(Debug, Default)]
struct Notifications {
    here: Notify,
    elsewhere: Notify,
}

impl Wake {
    /// To be called after an append.
    pub fn wake(&self) {
        self.0.here.notify_one();
        self.0.elsewhere.notify_one();
    }

    /// Forwards wake-ups to the relay of another process while this process does not relay.
    pub async fn announce(&self, nats: &Nats, feed: &Feed) -> Infallible {
        loop {
            self.0.elsewhere.notified().await;
            // While NATS is unreachable, the client would queue the messages and send all of them
            // later.
            if feed.relays_here() || !nats.is_connected() {
                continue;
            }
            if let Err(error) = nats.client.publish(WAKE_SUBJECT, "".into()).await {
                tracing::debug!(%error, "publishing a wake-up failed; the relay polls");
            }
            tokio::time::sleep(WAKE_INTERVAL).await;
        }
    }

    pub(super) async fn receive(&self, nats: &Nats) -> Result<(), SubscribeError> {
        let mut appended = nats.client.subscribe(WAKE_SUBJECT).await?;
        while appended.next().await.is_some() {
            self.0.here.notify_one();
        }
        Ok(())
    }

    pub(super) async fn wait_at_most(&self, limit: Duration) {
        // A timeout is the poll.
        let _ = tokio::time::timeout(limit, self.0.here.notified()).await;
    }
}
