//! The aggregates that commands read again and again, kept by version.

use std::sync::Arc;

use causerie_domain::{Conversation, Decide, Member, Message, Participation, Site};
use causerie_events::{AggregateType, RecordedEvent, StreamId};
use causerie_store::{AggregateCache, Loaded, Lookup, StoreError};

use super::Commands;

/// The most bytes kept of each kind: some hundred thousand members, some ten thousand groups.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) sites: AggregateCache<Site>,
    pub(super) members: AggregateCache<Member>,
    pub(super) conversations: AggregateCache<Conversation>,
    participations: AggregateCache<Participation>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            sites: AggregateCache::new(MAX_BYTES),
            members: AggregateCache::new(MAX_BYTES),
            conversations: AggregateCache::new(MAX_BYTES),
            participations: AggregateCache::new(MAX_BYTES),
        }
    }
}

impl Kept {
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
    /// Drops everything that is cached of the log: it lost events that were read.
    pub(crate) fn drop_caches(&self) {
        self.kept.sites.clear();
        self.kept.members.clear();
        self.kept.conversations.clear();
        self.kept.participations.clear();
    }

    /// Takes in an event of the log, whichever process appended it.
    pub fn observe(&self, recorded: &RecordedEvent) {
        match recorded.stream.aggregate_type() {
            AggregateType::Site => self.kept.sites.observe(recorded),
            AggregateType::Member => self.kept.members.observe(recorded),
            AggregateType::Conversation => self.kept.conversations.observe(recorded),
            AggregateType::Participation => self.kept.participations.observe(recorded),
            AggregateType::Message | AggregateType::System => {}
        }
    }
}

/// An aggregate that commands are to.
pub(super) trait Keep: Decide + Sized {
    /// As last seen: at most behind the log.
    fn get(commands: &Commands, stream: StreamId) -> impl Future<Output = Result<Lookup<Self>, StoreError>> + Send;

    /// Keeps the state after a command of our own.
    fn keep(kept: &Kept, loaded: Loaded<Self>, epoch: u16);
}

macro_rules! keep {
    ($($aggregate:ty => $cache:ident),+) => {
        $(impl Keep for $aggregate {
            async fn get(commands: &Commands, stream: StreamId) -> Result<Lookup<Self>, StoreError> {
                commands.kept.$cache.get(&commands.database, stream).await
            }

            fn keep(kept: &Kept, loaded: Loaded<Self>, epoch: u16) {
                kept.$cache.put(Arc::new(loaded), epoch);
            }
        })+
    };
}
keep!(Site => sites, Member => members, Conversation => conversations, Participation => participations);

/// Each is read once.
impl Keep for Message {
    async fn get(commands: &Commands, stream: StreamId) -> Result<Lookup<Self>, StoreError> {
        Ok(Lookup { loaded: Arc::new(commands.database.load(stream).await?), cached: false })
    }

    fn keep(_: &Kept, _: Loaded<Self>, _: u16) {}
}
