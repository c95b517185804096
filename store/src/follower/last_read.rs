//! When a reader last received a response from the log. Without it, a reader that waits for an
//! unresponsive server could not be distinguished from an idle one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// Shared by a reader and its health check. Clones share the value.
#[derive(Debug, Clone)]
pub struct LastRead {
    started: Instant,
    /// Milliseconds after `started`.
    read: Arc<AtomicU64>,
}

impl Default for LastRead {
    fn default() -> Self {
        Self { started: Instant::now(), read: Arc::default() }
    }
}

impl LastRead {
    /// The time since the last response of the log, with or without events.
    #[must_use]
    pub fn age(&self) -> Duration {
        self.started.elapsed().saturating_sub(Duration::from_millis(self.read.load(Ordering::Relaxed)))
    }

    pub(super) fn mark(&self) {
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.read.store(now, Ordering::Relaxed);
    }
}
