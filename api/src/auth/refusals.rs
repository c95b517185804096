//! Logs rejected and partly used tokens, at most once a minute per reason, because any client can cause them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The minimum time between two log lines with the same reason.
const QUIET: Duration = Duration::from_mins(1);

/// The recently logged reasons. Reasons are constants, so there are few.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<&'static str, Logged>>);

#[derive(Debug)]
struct Logged {
    at: Instant,
    /// The number of occurrences since then that were not logged.
    since: u64,
}

impl Refusals {
    /// Logs the reason, unless it was logged less than a minute ago. The line contains nothing of the token.
    pub(super) fn log(&self, what: &'static str, reason: &'static str) {
        if let Some(repeated) = self.count(reason, Instant::now()) {
            tracing::info!(reason, repeated, "{what}");
        }
    }

    /// The number of occurrences since the last line, if the reason may be logged again.
    fn count(&self, reason: &'static str, now: Instant) -> Option<u64> {
        let mut reasons = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(logged) = reasons.get_mut(reason) else {
            reasons.insert(reason, Logged { at: now, since: 0 });
            return Some(0);
        };
        if now - logged.at < QUIET {
            logged.since += 1;
            return None;
        }
        logged.at = now;
        Some(std::mem::take(&mut logged.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_logged_once_a_minute_with_a_count() {
        let (refusals, start) = (Refusals::default(), Instant::now());
        assert_eq!(refusals.count("expired", start), Some(0));
        assert_eq!(refusals.count("expired", start + Duration::from_secs(1)), None);
        assert_eq!(refusals.count("other", start + Duration::from_secs(2)), Some(0));
        assert_eq!(refusals.count("expired", start + Duration::from_secs(59)), None);
        assert_eq!(refusals.count("expired", start + QUIET), Some(2));
        assert_eq!(refusals.count("expired", start + Duration::from_secs(200)), Some(0));
    }
}
