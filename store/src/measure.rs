//! What is counted of appends, for both ways into the log. Names and meanings: docs/operations.md.

use tokio::time::Instant;

use crate::error::{StoreError, StoreErrorKind};
use crate::group_commit::Verdict;

/// A batch of group commit.
pub(crate) fn batch(started: Instant, commands: u32, verdicts: Result<&[Verdict], &StoreError>) {
    metrics::histogram!("causerie_append_batch_events").record(commands);
    metrics::histogram!("causerie_append_seconds").record(started.elapsed());
    match verdicts {
        Ok(verdicts) => {
            let count = |outcome: &'static str, is: fn(&Verdict) -> bool| {
                ended(outcome, verdicts.iter().filter(|verdict| is(verdict)).count() as u64);
            };
            count("appended", |verdict| matches!(verdict, Verdict::Appended(_)));
            count("moved", |verdict| *verdict == Verdict::Moved);
            count("duplicate", |verdict| *verdict == Verdict::Duplicate);
        }
        Err(_) => ended("failed", commands.into()),
    }
}

/// A command that is appended by itself.
pub(crate) fn command<T>(started: Instant, appended: &Result<T, StoreError>) {
    metrics::histogram!("causerie_append_seconds").record(started.elapsed());
    match appended {
        Ok(_) => ended("appended", 1),
        Err(error) if error.kind == StoreErrorKind::Moved => ended("moved", 1),
        Err(_) => ended("failed", 1),
    }
}

fn ended(outcome: &'static str, commands: u64) {
    metrics::counter!("causerie_appends_total", "outcome" => outcome).increment(commands);
}
