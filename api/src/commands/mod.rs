//! Executes commands: look up the facts, decide, append, and again after a version conflict.
//!
//! The commands and their decisions are in `causerie_domain`. What each of them reads is in `look_ups.rs`, `send.rs` and
//! `participations.rs`, by `facts.rs`; the append checks the versions of all that was read. Aggregates are cached by version
//! (`cached_aggregates.rs`), so that a command in a busy site loads nothing. `execute.rs` is the loop for all commands;
//! SendMessage is appended by group commit (`send.rs`).

mod cached_aggregates;
mod conversation_ids;
mod error;
mod execute;
mod facts;
mod look_ups;
mod participations;
mod precondition;
mod send;
mod stream_locks;

use std::sync::Arc;

use causerie_domain::{Conversation, Member, Message, Refusal, Site};
use causerie_events::{ConversationId, MemberId, MessageId, SiteId, StreamId};
use causerie_store::{Database, GroupCommit, Loaded, Lookup, StoreError, StoreErrorKind, Wake};
use futures::stream::{self, StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub use error::CommandError;
pub use execute::{Command, Receipt, Sender};
pub use facts::FactReader;
pub use precondition::{InvalidPrecondition, Precondition};

use cached_aggregates::CachedAggregates;
use conversation_ids::ConversationIds;
use facts::LOADS_AT_ONCE;
use stream_locks::StreamLocks;

/// The command side of the service. Clones share it.
#[derive(Debug, Clone)]
pub struct Commands {
    database: Database,
    group_commit: GroupCommit,
    wake: Wake,
    ids: ConversationIds,
    cached: CachedAggregates,
    locks: StreamLocks,
}

impl Commands {
    /// Starts the writers of group commit; they run until `stop`. Each append wakes the relay. Reads the key of conversation
    /// ids, so the database must be migrated.
    pub async fn start(
        database: Database,
        wake: Wake,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Self, StoreError> {
        let ids = ConversationIds::new(&database.conversation_key().await?);
        let group_commit = GroupCommit::start(&database, &wake, stop, tasks);
        let (cached, locks) = (CachedAggregates::default(), StreamLocks::default());
        Ok(Self { database, group_commit, wake, ids, cached, locks })
    }

    /// The number of messages in the queue of group commit.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.group_commit.waiting()
    }

    /// As last seen: possibly behind the log.
    pub(crate) async fn site(&self, site: &SiteId) -> Result<Arc<Loaded<Site>>, StoreError> {
        Ok(self.cached.sites.get(&self.database, StreamId::site(site)).await?.loaded)
    }

    /// As last seen, where it is cached.
    pub(crate) fn cached_site(&self, site: &SiteId) -> Option<Arc<Loaded<Site>>> {
        self.cached.sites.cached(&StreamId::site(site))
    }

    pub(crate) async fn member(&self, site: &SiteId, member: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        Ok(self.look_up_member(site, member).await?.loaded)
    }

    async fn look_up_member(&self, site: &SiteId, member: &MemberId) -> Result<Lookup<Member>, StoreError> {
        self.cached.members.get(&self.database, StreamId::member(site, member)).await
    }

    pub(crate) async fn conversation(
        &self,
        site: &SiteId,
        id: ConversationId,
    ) -> Result<Arc<Loaded<Conversation>>, StoreError> {
        Ok(self.look_up_conversation(site, id).await?.loaded)
    }

    async fn look_up_conversation(
        &self,
        site: &SiteId,
        id: ConversationId,
    ) -> Result<Lookup<Conversation>, StoreError> {
        self.cached.conversations.get(&self.database, StreamId::conversation(site, id)).await
    }

    /// Up to date.
    pub async fn message(&self, site: &SiteId, id: MessageId) -> Result<Loaded<Message>, StoreError> {
        self.database.load(StreamId::message(site, id)).await
    }

    pub async fn site_now(&self, site: &SiteId) -> Result<Arc<Loaded<Site>>, StoreError> {
        let seen = self.site(site).await?;
        if self.still_current(&[seen.seen()]).await? { Ok(seen) } else { self.site(site).await }
    }

    pub async fn member_now(&self, site: &SiteId, member: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        let seen = self.member(site, member).await?;
        if self.still_current(&[seen.seen()]).await? { Ok(seen) } else { self.member(site, member).await }
    }

    /// Up to date. Costs as much as the member alone.
    pub async fn site_and_member_now(
        &self,
        site: &SiteId,
        member: &MemberId,
    ) -> Result<(Arc<Loaded<Site>>, Arc<Loaded<Member>>), StoreError> {
        let seen = (self.site(site).await?, self.member(site, member).await?);
        if self.still_current(&[seen.0.seen(), seen.1.seen()]).await? {
            return Ok(seen);
        }
        Ok((self.site(site).await?, self.member(site, member).await?))
    }

    pub async fn conversation_now(
        &self,
        site: &SiteId,
        id: ConversationId,
    ) -> Result<Arc<Loaded<Conversation>>, StoreError> {
        let seen = self.conversation(site, id).await?;
        if self.still_current(&[seen.seen()]).await? { Ok(seen) } else { self.conversation(site, id).await }
    }

    /// Up to date, for a caller who may have no right to the conversation. Where the check rejects the caller, it costs the same
    /// statements whether the conversation exists or not.
    pub async fn permitted_conversation_now<E>(
        &self,
        site: &SiteId,
        id: ConversationId,
        check: impl FnOnce(&Conversation) -> Result<(), E>,
    ) -> Result<Arc<Loaded<Conversation>>, CommandError>
    where
        E: Refusal,
    {
        let mut seen = self.look_up_conversation(site, id).await?;
        if !self.still_current(&[seen.loaded.seen()]).await? {
            seen = self.look_up_conversation(site, id).await?;
        }
        let Err(refusal) = check(&seen.loaded.aggregate) else { return Ok(seen.loaded) };
        self.level_cost(site, usize::from(seen.cached)).await?;
        Err(CommandError::refused(refusal))
    }

    /// Before a rejection: loads as many missing streams as look-ups came from the cache. Only what exists is cached, so the
    /// time of a rejection without these loads would show that its subject exists.
    async fn level_cost(&self, site: &SiteId, cached: usize) -> Result<(), StoreError> {
        let absent = || StreamId::conversation(site, Uuid::new_v4().into());
        let loads = (0..cached).map(|_| self.database.load::<Conversation>(absent()));
        stream::iter(loads).buffer_unordered(LOADS_AT_ONCE).try_for_each(async |_| Ok(())).await
    }

    /// Whether all of these streams still have the versions that were seen. Those that do not are dropped from the cache.
    async fn still_current(&self, seen: &[(StreamId, u64)]) -> Result<bool, StoreError> {
        let changed = match self.database.moved(seen).await {
            Err(error) if error.kind == StoreErrorKind::EpochEnded => {
                self.database.enter_epoch().await?;
                return Ok(false);
            }
            changed => changed?,
        };
        for stream in &changed {
            self.cached.forget(stream);
        }
        Ok(changed.is_empty())
    }
}
