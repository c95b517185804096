//! Limits the open streams of a member in this process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::rate::Key;
use crate::codes;
use crate::problem::Problem;
use crate::tally::Tally;

const RETRY_AFTER_SECONDS: u64 = 5;

#[derive(Debug)]
pub(super) struct OpenStreams {
    max_per_member: u32,
    open: Mutex<Tally<Key>>,
}

/// A counted stream, released on drop.
#[derive(Debug)]
pub struct StreamPermit {
    streams: Arc<OpenStreams>,
    key: Key,
}

impl OpenStreams {
    /// 0 disables the limit.
    pub(super) fn new(max_per_member: u32) -> Arc<Self> {
        Arc::new(Self { max_per_member, open: Mutex::default() })
    }

    pub(super) fn acquire(self: &Arc<Self>, key: Key) -> Result<StreamPermit, Problem> {
        let mut open = self.lock();
        if self.max_per_member > 0 && open.of(&key) >= self.max_per_member as usize {
            drop(open);
            metrics::counter!("causerie_rate_limited_total", "limit" => "streams").increment(1);
            let detail = format!("a member has at most {} open streams", self.max_per_member);
            let problem = Problem::new(codes::STREAM_TOO_MANY, detail);
            return Err(problem.retry_after(RETRY_AFTER_SECONDS));
        }
        open.add(key.clone(), 1);
        drop(open);
        Ok(StreamPermit { streams: Arc::clone(self), key })
    }

    fn lock(&self) -> MutexGuard<'_, Tally<Key>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamPermit {
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
    fn member_opens_another_stream_after_one_ends() {
        let streams = OpenStreams::new(2);
        let first = streams.acquire(key("ada")).unwrap();
        let _second = streams.acquire(key("ada")).unwrap();
        assert!(streams.acquire(key("ada")).is_err());
        let bo = streams.acquire(key("bo")).unwrap();
        drop(first);
        let _third = streams.acquire(key("ada")).unwrap();
        assert!(streams.acquire(key("ada")).is_err());
        drop(bo);
        assert_eq!(streams.lock().len(), 1, "members without a stream are removed");
    }

    #[test]
    fn zero_disables_the_limit() {
        let streams = OpenStreams::new(0);
        let many: Vec<_> = (0..100).map(|_| streams.acquire(key("ada")).unwrap()).collect();
        assert_eq!(many.len(), 100);
    }
}
