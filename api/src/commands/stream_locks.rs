//! Commands to one stream run one after the other within a process: many at once to one group would otherwise all decide on
//! the same version, and all but one would decide again. The append detects those of other processes, by version.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use causerie_events::StreamId;
use tokio::sync::{Mutex, MutexGuard};

/// Two streams that share a lock wait for each other now and then; more locks cost memory only.
const LOCKS: u64 = 1024;

#[derive(Debug, Clone)]
pub(super) struct StreamLocks {
    locks: Arc<[Mutex<()>]>,
    hasher: RandomState,
}

impl Default for StreamLocks {
    fn default() -> Self {
        Self { locks: (0..LOCKS).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }
}

impl StreamLocks {
    /// Waits for the lock of a stream, first come, first served.
    pub(super) async fn lock(&self, stream: &StreamId) -> Option<MutexGuard<'_, ()>> {
        let index = usize::try_from(self.hasher.hash_one(stream) % LOCKS).ok()?;
        Some(self.locks.get(index)?.lock().await)
    }
}
