//! The aggregates that commands read again and again, kept by version.

use std::sync::Arc;

use causerie_domain::{Conversation, Decide, Member, Message, Site};
use causerie_events::{AggregateType, RecordedEvent, StreamId};
use causerie_store::{AggregateCache, Loaded};

use super::Commands;

/// The most bytes kept of each kind: some hundred thousand members, some ten thousand groups.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) sites: AggregateCache<Site>,
    pub(super) members: AggregateCache<Member>,
    pub(super) conversations: AggregateCache<Conversation>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            sites: AggregateCache::new(MAX_BYTES),
            members: AggregateCache::new(MAX_BYTES),
            conversations: AggregateCache::new(MAX_BYTES),
        }
    }
}

impl Kept {
    pub(super) fn forget(&self, stream: &StreamId) {
        match stream.aggregate_type() {
            AggregateType::Site => self.sites.forget(stream),
            AggregateType::Member => self.members.forget(stream),
            AggregateType::Conversation => self.conversations.forget(stream),
            AggregateType::Message => {}
        }
    }
}

impl Commands {
    /// Takes in an event of the log, whichever process appended it.
    pub fn observe(&self, recorded: &RecordedEvent) {
        match recorded.stream.aggregate_type() {
            AggregateType::Site => self.kept.sites.observe(recorded),
            AggregateType::Member => self.kept.members.observe(recorded),
            AggregateType::Conversation => self.kept.conversations.observe(recorded),
            AggregateType::Message => {}
        }
    }
}

/// An aggregate that may be kept.
pub(super) trait Keep: Decide + Sized {
    /// Keeps the state after a command of our own.
    fn keep(kept: &Kept, loaded: Loaded<Self>);
}

impl Keep for Site {
    fn keep(kept: &Kept, loaded: Loaded<Self>) {
        kept.sites.put(Arc::new(loaded));
    }
}

impl Keep for Member {
    fn keep(kept: &Kept, loaded: Loaded<Self>) {
        kept.members.put(Arc::new(loaded));
    }
}

impl Keep for Conversation {
    fn keep(kept: &Kept, loaded: Loaded<Self>) {
        kept.conversations.put(Arc::new(loaded));
    }
}

impl Keep for Message {
    /// Each is read once.
    fn keep(_: &Kept, _: Loaded<Self>) {}
}
