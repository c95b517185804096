//! Aggregates by version, so that a decision need not load what it has just read.
//!
//! A cached aggregate may be behind the log; that costs a retry and is never a wrong answer, because the append checks
//! every version a decision read, and a decision without an append has its versions checked before it is answered.

use std::sync::Arc;

use causerie_events::{Aggregate, Event, RecordedEvent, StreamId};
use moka::sync::Cache;
use serde::Serialize;

use crate::database::Database;
use crate::error::StoreError;
use crate::load::Loaded;

/// Aggregates of one kind, bounded by the bytes of their state.
#[derive(Debug, Clone)]
pub struct AggregateCache<A: Aggregate + Clone + 'static> {
    entries: Cache<StreamId, Entry<A>>,
}

#[derive(Debug, Clone)]
struct Entry<A> {
    loaded: Arc<Loaded<A>>,
    /// The epoch it was seen in. In another one the same version may be another event.
    epoch: u16,
    bytes: u32,
}

/// An aggregate that was asked for.
#[derive(Debug)]
pub struct Lookup<A> {
    /// As last seen.
    pub loaded: Arc<Loaded<A>>,
    /// Whether it was cached, so that no statement was needed.
    pub cached: bool,
}

/// What an entry costs beside its state: key, version, the cache's own bookkeeping.
const OVERHEAD: u32 = 256;

impl<A> Entry<A> {
    /// Whether this is at least as new as a version of an epoch.
    fn is_at(&self, epoch: u16, version: u64) -> bool {
        (self.epoch, self.loaded.version) >= (epoch, version)
    }
}

impl<A: Aggregate + Serialize + Clone + 'static> AggregateCache<A> {
    /// A cache of at most so many bytes of state, measured as JSON.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let entries = Cache::builder().max_capacity(max_bytes).weigher(|_, entry: &Entry<A>| entry.bytes).build();
        Self { entries }
    }

    /// The aggregate as last seen; loaded where it has not been.
    pub async fn get(&self, database: &Database, stream: StreamId) -> Result<Lookup<A>, StoreError> {
        let epoch = database.epoch().await?;
        if let Some(entry) = self.entries.get(&stream)
            && entry.epoch == epoch
        {
            return Ok(Lookup { loaded: entry.loaded, cached: true });
        }
        let loaded: Arc<Loaded<A>> = Arc::new(database.load(stream).await?);
        // What does not exist is not kept: ids that nobody has would fill the cache.
        if loaded.version > 0 {
            self.put(Arc::clone(&loaded), epoch);
        }
        Ok(Lookup { loaded, cached: false })
    }

    /// The aggregate as last seen, if it is cached. It may be of an epoch that has ended.
    #[must_use]
    pub fn cached(&self, stream: &StreamId) -> Option<Arc<Loaded<A>>> {
        self.entries.get(stream).map(|entry| entry.loaded)
    }

    /// Caches an aggregate as seen in an epoch, unless a newer one is cached.
    pub fn put(&self, loaded: Arc<Loaded<A>>, epoch: u16) {
        let bytes = OVERHEAD.saturating_add(json_len(&loaded.aggregate));
        let key = loaded.stream.clone();
        self.entries.entry(key).and_upsert_with(|kept| match kept {
            Some(cached) if cached.value().is_at(epoch, loaded.version) => cached.into_value(),
            _ => Entry { loaded, epoch, bytes },
        });
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.entries.invalidate_all();
    }

    /// Forgets an aggregate.
    pub fn forget(&self, stream: &StreamId) {
        self.entries.invalidate(stream);
    }

    /// Takes in an event of the log, of any process: the next one of a kept aggregate is applied to it, one further on
    /// means that some were missed, so the aggregate is forgotten.
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
    // State that cannot be written counts as huge and is not kept.
    if serde_json::to_writer(&mut counter, state).is_err() { u32::MAX } else { counter.0 }
}
