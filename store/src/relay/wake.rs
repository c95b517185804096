//! Telling the relay that there is something new, within one process. A lost wake-up costs one poll interval.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// Clones wake the same relay.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is something new.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    pub(super) async fn wait_at_most(&self, limit: Duration) {
        // Time running out is the poll.
        let _ = tokio::time::timeout(limit, self.0.notified()).await;
    }
}
