//! Metrics of appends, for both ways into the log. Names and meanings: docs/operations.md.

use tokio::time::Instant;

use crate::error::{StoreError, StoreErrorKind};

/// A command that is appended without group commit.
pub(crate) fn command<T>(started: Instant, appended: &Result<T, StoreError>) {
    took(started);
    match appended {
        Ok(_) => ended("appended", 1),
        Err(error) if error.kind == StoreErrorKind::VersionConflict => ended("moved", 1),
        Err(_) => ended("failed", 1),
    }
}

pub(crate) fn took(started: Instant) {
    metrics::histogram!("causerie_append_seconds").record(started.elapsed());
}

pub(crate) fn ended(outcome: &'static str, commands: u64) {
    metrics::counter!("causerie_appends_total", "outcome" => outcome).increment(commands);
}
