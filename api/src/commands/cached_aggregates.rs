//! The aggregates that commands read again and again, cached by version.

use std::sync::Arc;

use causerie_domain::{Conversation, Member, Message, Participation, Site};
use causerie_events::{Aggregate, AggregateType, RecordedEvent, StreamId};
use causerie_store::{AggregateCache, Loaded, Lookup, StoreError};

use super::Commands;

/// Of each kind: some hundred thousand members, some ten thousand groups.
const MAX_CACHE_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Clone)]
pub(super) struct CachedAggregates {
    pub(super) sites: AggregateCache<Site>,
    pub(super) members: AggregateCache<Member>,
    pub(super) conversations: AggregateCache<Conversation>,
    participations: AggregateCache<Participation>,
}

impl Default for CachedAggregates {
    fn default() -> Self {
        Self {
            sites: AggregateCache::new(MAX_CACHE_BYTES),
            members: AggregateCache::new(MAX_CACHE_BYTES),
            conversations: AggregateCache::new(MAX_CACHE_BYTES),
            participations: AggregateCache::new(MAX_CACHE_BYTES),
        }
    }
}

impl CachedAggregates {
    pub(super) fn forget(&self, stream: &StreamId) {
        match stream.aggregate_type() {
            AggregateType::Site => self.sites.forget(stream),
            AggregateType::Member => self.members.forget(stream),
            AggregateType::Conversation => self.conversations.forget(stream),
            AggregateType::Participation => self.participations.forget(stream),
            AggregateType::Message | AggregateType::System => {}
        }
    }
}

impl Commands {
    /// Drops all cached aggregates: the log lost events that were read.
    pub(crate) fn drop_caches(&self) {
        self.cached.sites.clear();
        self.cached.members.clear();
        self.cached.conversations.clear();
        self.cached.participations.clear();
    }

    /// Applies an event of the log, whichever process appended it.
    pub fn observe(&self, recorded: &RecordedEvent) {
        match recorded.stream.aggregate_type() {
            AggregateType::Site => self.cached.sites.observe(recorded),
            AggregateType::Member => self.cached.members.observe(recorded),
            AggregateType::Conversation => self.cached.conversations.observe(recorded),
            AggregateType::Participation => self.cached.participations.observe(recorded),
            AggregateType::Message | AggregateType::System => {}
        }
    }
}

pub(super) trait CachedAggregate: Aggregate<Event: Send + Sync> + Clone + 'static {
    /// As last seen: possibly behind the log.
    fn get(commands: &Commands, stream: StreamId) -> impl Future<Output = Result<Lookup<Self>, StoreError>> + Send;

    fn put(cached: &CachedAggregates, loaded: &Loaded<Self>, epoch: u16);
}

macro_rules! cached {
    ($($aggregate:ty => $cache:ident),+) => {
        $(impl CachedAggregate for $aggregate {
            async fn get(commands: &Commands, stream: StreamId) -> Result<Lookup<Self>, StoreError> {
                commands.cached.$cache.get(&commands.database, stream).await
            }

            fn put(cached: &CachedAggregates, loaded: &Loaded<Self>, epoch: u16) {
                cached.$cache.put(Arc::new(loaded.clone()), epoch);
            }
        })+
    };
}
cached!(Site => sites, Member => members, Conversation => conversations, Participation => participations);

/// Not cached: a message is seldom read twice.
impl CachedAggregate for Message {
    async fn get(commands: &Commands, stream: StreamId) -> Result<Lookup<Self>, StoreError> {
        Ok(Lookup { loaded: Arc::new(commands.database.load(stream).await?), cached: false })
    }

    fn put(_: &CachedAggregates, _: &Loaded<Self>, _: u16) {}
}
