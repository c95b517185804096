//! How many live streams a member has open on this process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use super::Key;
use crate::problem::Problem;
use crate::tally::Tally;

/// When to try again, in seconds: another one may have ended by then.
const RETRY: u64 = 5;

/// The open streams of this process, by member.
#[derive(Debug)]
pub(super) struct OpenStreams {
    most: u32,
    open: Mutex<Tally<Key>>,
}

/// The place of one stream: free again when this goes.
#[derive(Debug)]
pub struct StreamPlace {
    streams: Arc<OpenStreams>,
    key: Key,
}

impl OpenStreams {
    /// At most so many of each member; 0 disables the limit.
    pub(super) fn at_most(most: u32) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// One more of this member.
    pub(super) fn take(self: &Arc<Self>, key: Key) -> Result<StreamPlace, Problem> {
        let mut open = self.lock();
        if self.most > 0 && open.of(&key) >= self.most as usize {
            drop(open);
            metrics::counter!("causerie_rate_limited_total", "limit" => "streams").increment(1);
            let detail = format!("a member has at most {} open streams", self.most);
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "stream.too_many", detail);
            return Err(problem.retry_after(RETRY));
        }
        open.add(key.clone(), 1);
        drop(open);
        Ok(StreamPlace { streams: Arc::clone(self), key })
    }

    fn lock(&self) -> MutexGuard<'_, Tally<Key>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.streams.lock().subtract(&self.key, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(member: &str) -> Key {
        ("acme".parse().unwrap(), member.parse().unwrap())
    }

    #[test]
    fn each_member_has_so_many_and_one_that_ends_makes_room_at_once() {
        let streams = OpenStreams::at_most(2);
        let first = streams.take(key("ada")).unwrap();
        let _second = streams.take(key("ada")).unwrap();
        assert!(streams.take(key("ada")).is_err());
        let bo = streams.take(key("bo")).unwrap();
        drop(first);
        let _third = streams.take(key("ada")).unwrap();
        assert!(streams.take(key("ada")).is_err());
        drop(bo);
        assert_eq!(streams.lock().len(), 1, "who has none is forgotten");
    }

    #[test]
    fn zero_is_no_limit() {
        let streams = OpenStreams::at_most(0);
        let many: Vec<_> = (0..100).map(|_| streams.take(key("ada")).unwrap()).collect();
        assert_eq!(many.len(), 100);
    }
}
