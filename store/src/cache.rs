//! A cache of aggregates, so that a decision need not load what was just read.
//!
//! A cached aggregate may be behind the log. That costs a retry and never leads to a wrong
//! response: the append checks every version that a decision read, and the versions of a decision
//! without an append are checked before its response.

use std::sync::Arc;

use causerie_events::{Aggregate, Event, RecordedEvent, StreamId};
use moka::sync::Cache;
use serde::Serialize;

use crate::database::Database;
use crate::error::StoreError;
use crate::load::Loaded;

/// Aggregates of one type, bounded by the bytes of their states.
#[derive(Debug, Clone)]
pub struct AggregateCache<A: Aggregate + Clone + 'static> {
    entries: Cache<StreamId, Entry<A>>,
}

#[derive(Debug, Clone)]
struct Entry<A> {
    loaded: Arc<Loaded<A>>,
    /// The epoch in which it was read. In another one the same version may be another event.
    epoch: u16,
    bytes: u32,
}

#[derive(Debug)]
pub struct Lookup<A> {
    pub loaded: Arc<Loaded<A>>,
    /// Whether it came from the cache, without a statement.
    pub cached: bool,
}

/// Key, version and the bookkeeping of the cache.
const ENTRY_OVERHEAD_BYTES: u32 = 256;

impl<A> Entry<A> {
    /// Whether this is at least as new as a version of an epoch.
    fn is_at(&self, epoch: u16, version: u64) -> bool {
        (self.epoch, self.loaded.version) >= (epoch, version)
    }
}

impl<A: Aggregate + Serialize + Clone + 'static> AggregateCache<A> {
    /// A cache of at most `max_bytes` of state, measured as JSON.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let entries = Cache::builder().max_capacity(max_bytes).weigher(|_, entry: &Entry<A>| entry.bytes).build();
        Self { entries }
    }

    /// The cached aggregate, or one loaded from the log.
    pub async fn get(&self, database: &Database, stream: StreamId) -> Result<Lookup<A>, StoreError> {
        let epoch = database.epoch().await?;
        if let Some(entry) = self.entries.get(&stream)
            && entry.epoch == epoch
        {
            return Ok(Lookup { loaded: entry.loaded, cached: true });
        }
        let loaded: Arc<Loaded<A>> = Arc::new(database.load(stream).await?);
        // Streams that do not exist are not cached: invented ids would fill the cache.
        if loaded.version > 0 {
            self.put(Arc::clone(&loaded), epoch);
        }
        Ok(Lookup { loaded, cached: false })
    }

    /// The cached aggregate. It may be of an epoch that has ended.
    #[must_use]
    pub fn cached(&self, stream: &StreamId) -> Option<Arc<Loaded<A>>> {
        self.entries.get(stream).map(|entry| entry.loaded)
    }

    /// Caches an aggregate read in an epoch, unless a newer one is cached.
    pub fn put(&self, loaded: Arc<Loaded<A>>, epoch: u16) {
        let bytes = ENTRY_OVERHEAD_BYTES.saturating_add(json_len(&loaded.aggregate));
        let key = loaded.stream.clone();
        self.entries.entry(key).and_upsert_with(|current| match current {
            Some(cached) if cached.value().is_at(epoch, loaded.version) => cached.into_value(),
            _ => Entry { loaded, epoch, bytes },
        });
    }

    pub fn clear(&self) {
        self.entries.invalidate_all();
    }

    pub fn forget(&self, stream: &StreamId) {
        self.entries.invalidate(stream);
    }

    /// Applies an event of the log, of any process, if it is the next one of a cached aggregate. If
    /// events before it were missed, the aggregate is dropped.
    pub fn observe(&self, recorded: &RecordedEvent) {
        let Some(Entry { loaded, epoch, .. }) = self.entries.get(&recorded.stream) else { return };
        if recorded.position.epoch < epoch || (recorded.position.epoch == epoch && recorded.sequence <= loaded.version)
        {
            return;
        }
        let event = Event::decode(recorded).ok().and_then(|event| A::Event::try_from(event).ok());
        match event {
            Some(event) if recorded.sequence == loaded.version + 1 && recorded.position.epoch == epoch => {
                let mut next = Loaded::clone(&loaded);
                next.aggregate.apply(event);
                next.version = recorded.sequence;
                self.put(Arc::new(next), epoch);
            }
            _ => self.forget(&recorded.stream),
        }
    }
}

/// The length of the state as JSON, without building it.
fn json_len(state: &impl Serialize) -> u32 {
    struct Counter(u32);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // A state that cannot be serialised counts as too large and is not cached.
    if serde_json::to_writer(&mut counter, state).is_err() { u32::MAX } else { counter.0 }
}
