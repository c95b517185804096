//! Commands to one stream take turns within a process: many at once to one group would otherwise all decide on the same
//! version, and all but one would decide again and again. Other processes are met at the append, by version.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use causerie_events::StreamId;
use tokio::sync::{Mutex, MutexGuard};

/// Streams that share a turn wait for each other now and then; more places cost memory only.
const PLACES: u64 = 1024;

#[derive(Debug, Clone)]
pub(super) struct Turns {
    places: Arc<[Mutex<()>]>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| Mutex::new(())).collect(), hasher: RandomState::new() }
    }
}

impl Turns {
    /// Waits for the turn of a stream, first come, first served; it ends when the guard is dropped.
    pub(super) async fn take(&self, stream: &StreamId) -> Option<MutexGuard<'_, ()>> {
        let place =
            usize::try_from(self.hasher.hash_one(stream) % PLACES).ok().and_then(|place| self.places.get(place));
        match place {
            Some(place) => Some(place.lock().await),
            None => None,
        }
    }
}
