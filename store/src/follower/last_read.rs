//! When a reader of the log last heard from it. A reader that waits for a server that does not answer looks, from outside, as
//! one that has nothing to do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Shared by a reader and by what watches over it. Clones are the same one.
#[derive(Debug, Clone)]
pub struct LastRead {
    started: Instant,
    /// Milliseconds after `started`.
    read: Arc<AtomicU64>,
}

impl Default for LastRead {
    /// A reader that starts now.
    fn default() -> Self {
        Self { started: Instant::now(), read: Arc::default() }
    }
}

impl LastRead {
    /// How long ago the log last answered, with events or without.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed().saturating_sub(Duration::from_millis(self.read.load(Ordering::Relaxed)))
    }

    pub(super) fn mark(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.read.store(now, Ordering::Relaxed);
    }
}
