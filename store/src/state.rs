//! State of the process that belongs to the log. Clones of a value share it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

#[derive(Debug, Clone)]
pub(crate) struct EnteredEpoch(Arc<AtomicI32>);

const NO_EPOCH: i32 = -1;

impl Default for EnteredEpoch {
    fn default() -> Self {
        Self(Arc::new(AtomicI32::new(NO_EPOCH)))
    }
}

impl EnteredEpoch {
    pub(crate) fn get(&self) -> Option<u16> {
        u16::try_from(self.0.load(Ordering::Acquire)).ok()
    }

    /// Returns the epoch before.
    pub(crate) fn set(&self, epoch: u16) -> Option<u16> {
        u16::try_from(self.0.swap(epoch.into(), Ordering::AcqRel)).ok()
    }
}

/// Whether commits stall because no synchronous standby confirms them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Commits {
    stalled: Arc<AtomicBool>,
}

impl Commits {
    pub(crate) fn are_stalled(&self) -> bool {
        self.stalled.load(Ordering::Relaxed)
    }

    /// Returns whether they were stalled already.
    pub(crate) fn stall(&self) -> bool {
        self.stalled.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn resume(&self) {
        self.stalled.store(false, Ordering::Relaxed);
    }
}

/// Appends whose age Postgres hides, with the time when this process first saw them.
#[derive(Debug, Clone, Default)]
pub(crate) struct HiddenAppends(Arc<Mutex<HashMap<String, Instant>>>);

impl HiddenAppends {
    /// Drops appends that have ended, and returns how long the oldest one has been seen.
    pub(crate) fn oldest(&self, there: &HashSet<String>) -> Duration {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|appending, _| there.contains(appending));
        for appending in there {
            seen.entry(appending.clone()).or_insert_with(Instant::now);
        }
        seen.values().map(Instant::elapsed).max().unwrap_or_default()
    }
}
