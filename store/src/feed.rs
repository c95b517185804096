//! Hands events from the relay to the readers of the same process, without JetStream: the relay has
//! read them from the log, so they are durable and numbered, and no reader has to wait until they
//! are published.
//!
//! While another process relays, the feed is empty and readers use their consumers.

use std::sync::Arc;

use causerie_events::LogEvent;
use tokio::sync::{broadcast, watch};

/// A reader that lags further behind the relay reads from Postgres. Under load, batches contain a
/// few messages and arrive every other millisecond; a read model receives them every 10 ms.
const MAX_QUEUED_BATCHES: usize = 64;

/// The channel from the relay of this process to its readers. Clones share it.
#[derive(Debug, Clone)]
pub struct Feed {
    batches: broadcast::Sender<Arc<[LogEvent]>>,
    leads: watch::Sender<bool>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { batches: broadcast::Sender::new(MAX_QUEUED_BATCHES), leads: watch::Sender::new(false) }
    }
}

impl Feed {
    /// Marks the relay as leader until the guard is dropped.
    pub(crate) fn lead(&self) -> LeadershipGuard<'_> {
        self.leads.send_replace(true);
        LeadershipGuard(self)
    }

    pub(crate) fn send(&self, batch: &Arc<[LogEvent]>) {
        // An error means that there is no reader.
        let _ = self.batches.send(Arc::clone(batch));
    }

    pub(crate) fn relays_here(&self) -> bool {
        *self.leads.borrow()
    }

    pub(crate) fn listen(&self) -> FeedReceiver {
        FeedReceiver { batches: self.batches.subscribe(), leads: self.leads.subscribe() }
    }
}

pub(crate) struct LeadershipGuard<'a>(&'a Feed);

impl Drop for LeadershipGuard<'_> {
    fn drop(&mut self) {
        self.0.leads.send_replace(false);
    }
}

/// The end of the feed at one reader.
pub(crate) struct FeedReceiver {
    batches: broadcast::Receiver<Arc<[LogEvent]>>,
    leads: watch::Receiver<bool>,
}

pub(crate) enum FeedMessage {
    Batch(Arc<[LogEvent]>),
    /// Batches were dropped, because the reader did not keep up.
    Lagged,
    LeadershipChanged,
}

impl FeedReceiver {
    /// Whether new events arrive through the feed.
    pub(crate) fn leads(&self) -> bool {
        *self.leads.borrow()
    }

    /// The next message. Cancel-safe.
    pub(crate) async fn next(&mut self) -> FeedMessage {
        tokio::select! {
            biased;
            batch = self.batches.recv() => match batch {
                Ok(batch) => FeedMessage::Batch(batch),
                Err(broadcast::error::RecvError::Lagged(_)) => FeedMessage::Lagged,
                // Does not happen while a reader holds the feed; the consumer would deliver the
                // events.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            },
            Ok(()) = self.leads.changed() => FeedMessage::LeadershipChanged,
        }
    }

    pub(crate) fn next_now(&mut self) -> Option<Arc<[LogEvent]>> {
        self.batches.try_recv().ok()
    }
}
