//! From the relay to the readers of its own process, without the way through JetStream: what it has read from the log is
//! durable and numbered, so nobody here need wait until it is published, nor read it out of a message again.
//!
//! Where another process relays, nothing comes this way, and readers have their consumers.

use std::sync::Arc;

use causerie_events::LogEvent;
use tokio::sync::{broadcast, watch};

/// Batches of the relay that a reader may lag behind; one that lags further reads from Postgres. Under load they are of a few
/// messages and come every other millisecond, and a read model takes them in each ten.
const QUEUE: usize = 64;

/// The way from the relay of this process to its readers. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Feed {
    batches: broadcast::Sender<Arc<[LogEvent]>>,
    leads: watch::Sender<bool>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { batches: broadcast::Sender::new(QUEUE), leads: watch::Sender::new(false) }
    }
}

impl Feed {
    /// The relay leads for as long as the answer lives.
    pub(crate) fn lead(&self) -> Leading<'_> {
        self.leads.send_replace(true);
        Leading(self)
    }

    /// Tells all readers.
    pub(crate) fn tell(&self, batch: &Arc<[LogEvent]>) {
        // An error means that nobody reads here.
        let _ = self.batches.send(Arc::clone(batch));
    }

    /// Whether the relay at work is that of this process.
    pub(crate) fn relays_here(&self) -> bool {
        *self.leads.borrow()
    }

    pub(crate) fn listen(&self) -> Listening {
        Listening { batches: self.batches.subscribe(), leads: self.leads.subscribe() }
    }
}

/// Says at its end that the relay of this process leads no more.
pub(crate) struct Leading<'a>(&'a Feed);

impl Drop for Leading<'_> {
    fn drop(&mut self) {
        self.0.leads.send_replace(false);
    }
}

/// One reader's end.
pub(crate) struct Listening {
    batches: broadcast::Receiver<Arc<[LogEvent]>>,
    leads: watch::Receiver<bool>,
}

/// What comes from the relay.
pub(crate) enum Told {
    /// It has read these.
    Batch(Arc<[LogEvent]>),
    /// It has read more than is remembered here.
    TooMuch,
    /// It leads from now on, or no more.
    Turn,
}

impl Listening {
    /// Whether what is new will come this way.
    pub(crate) fn leads(&self) -> bool {
        *self.leads.borrow()
    }

    /// What comes next. May be dropped while it waits.
    pub(crate) async fn next(&mut self) -> Told {
        tokio::select! {
            biased;
            batch = self.batches.recv() => match batch {
                Ok(batch) => Told::Batch(batch),
                Err(broadcast::error::RecvError::Lagged(_)) => Told::TooMuch,
                // Not while a reader holds the feed; should it happen, there is the consumer.
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            },
            Ok(()) = self.leads.changed() => Told::Turn,
        }
    }

    /// What comes next, if it is here already.
    pub(crate) fn next_now(&mut self) -> Option<Arc<[LogEvent]>> {
        self.batches.try_recv().ok()
    }
}
