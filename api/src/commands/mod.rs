//! Executing commands: look up what the decision reads, decide, append with the versions read, and again when one has moved.
//!
//! One file per aggregate has its commands, each with what it looks up (`facts.rs`); whatever is looked up is guarded.
//! Aggregates are kept by version (`kept.rs`), so that a command in a busy site loads nothing; `execute.rs` is the loop for
//! all commands but SendMessage, which goes through group commit (`send.rs`).

mod conversation_ids;
mod conversations;
mod error;
mod execute;
mod facts;
mod group_image;
mod kept;
mod members;
mod messages;
mod participations;
mod send;
mod sites;
mod turns;

use std::sync::Arc;

use causerie_domain::{Conversation, Member, Message, Refusal, Site};
use causerie_events::{ConversationId, MemberId, MessageId, Position, SiteId, StreamId};
use causerie_store::{Database, GroupCommit, Loaded, Lookup, StoreError, StoreErrorKind, Wake};
use futures::stream::{self, StreamExt, TryStreamExt};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub use conversations::{
    AddParticipant, AppointAdmin, ChangeAdmin, ChangeGroup, CreateGroup, DeleteGroup, RemoveParticipant,
    StartBusinessConversation, StartDirectConversation,
};
pub use error::CommandError;
pub use execute::{Command, Receipt, Sender};
pub use facts::Facts;
pub use group_image::ChangeGroupImage;
pub use members::{BlockContact, ChangeCommunity, ChangeMember, LabelMember, Moderate, RegisterMember, ReplayLog};
pub use messages::{DeleteMessage, EditMessage, React};
pub use participations::{ChangePreferences, MarkRead};
pub use send::SendMessage;
pub use sites::{ChangeSettings, ChangeSite, RegisterSite, SwitchMemberChat, SwitchSite};

use conversation_ids::ConversationIds;
use facts::LOADS_AT_ONCE;
use kept::Kept;
use turns::Turns;

/// The command side of the service. Clones share it.
#[derive(Debug, Clone)]
pub struct Commands {
    database: Database,
    group_commit: GroupCommit,
    wake: Wake,
    ids: ConversationIds,
    kept: Kept,
    turns: Turns,
}

impl Commands {
    /// Commands on this log; each append wakes the relay. The writers run until told to stop. Reads the key of conversation
    /// ids, so the database must be migrated.
    pub async fn start(
        database: Database,
        wake: Wake,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<Self, StoreError> {
        let ids = ConversationIds::new(&database.conversation_key().await?);
        let group_commit = GroupCommit::start(&database, &wake, stop, tasks);
        Ok(Self { database, group_commit, wake, ids, kept: Kept::default(), turns: Turns::default() })
    }

    /// How many messages wait to be appended.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.group_commit.waiting()
    }

    /// A site as last seen: at most behind.
    pub(crate) async fn site(&self, site: &SiteId) -> Result<Arc<Loaded<Site>>, StoreError> {
        Ok(self.kept.sites.get(&self.database, StreamId::site(site)).await?.loaded)
    }

    /// A site as last seen, where it is cached.
    pub(crate) fn cached_site(&self, site: &SiteId) -> Option<Arc<Loaded<Site>>> {
        self.kept.sites.cached(&StreamId::site(site))
    }

    /// A member as last seen.
    pub(crate) async fn member(&self, site: &SiteId, member: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        Ok(self.look_up_member(site, member).await?.loaded)
    }

    async fn look_up_member(&self, site: &SiteId, member: &MemberId) -> Result<Lookup<Member>, StoreError> {
        self.kept.members.get(&self.database, StreamId::member(site, member)).await
    }

    /// A conversation as last seen.
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
        self.kept.conversations.get(&self.database, StreamId::conversation(site, id)).await
    }

    /// A message as it stands.
    pub async fn message(&self, site: &SiteId, id: MessageId) -> Result<Loaded<Message>, StoreError> {
        self.database.load(StreamId::message(site, id)).await
    }

    /// Where a message was sent in the log; none where it was not.
    async fn position_of(&self, site: &SiteId, id: MessageId) -> Result<Option<Position>, StoreError> {
        self.database.first_position(&StreamId::message(site, id)).await
    }

    /// A site as it stands.
    pub async fn site_now(&self, site: &SiteId) -> Result<Arc<Loaded<Site>>, StoreError> {
        let seen = self.site(site).await?;
        if self.still_stands(&[seen.seen()]).await? { Ok(seen) } else { self.site(site).await }
    }

    /// A member as they stand.
    pub async fn member_now(&self, site: &SiteId, member: &MemberId) -> Result<Arc<Loaded<Member>>, StoreError> {
        let seen = self.member(site, member).await?;
        if self.still_stands(&[seen.seen()]).await? { Ok(seen) } else { self.member(site, member).await }
    }

    /// A site and a member of it as they stand. Costs what the member alone does.
    pub async fn site_and_member_now(
        &self,
        site: &SiteId,
        member: &MemberId,
    ) -> Result<(Arc<Loaded<Site>>, Arc<Loaded<Member>>), StoreError> {
        let seen = (self.site(site).await?, self.member(site, member).await?);
        if self.still_stands(&[seen.0.seen(), seen.1.seen()]).await? {
            return Ok(seen);
        }
        Ok((self.site(site).await?, self.member(site, member).await?))
    }

    /// A conversation as it stands.
    pub async fn conversation_now(
        &self,
        site: &SiteId,
        id: ConversationId,
    ) -> Result<Arc<Loaded<Conversation>>, StoreError> {
        let seen = self.conversation(site, id).await?;
        if self.still_stands(&[seen.seen()]).await? { Ok(seen) } else { self.conversation(site, id).await }
    }

    /// A conversation as it stands, for a caller who may have no right to it. Where the check refuses, the conversation
    /// costs the same statements whether it exists or not.
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
        if !self.still_stands(&[seen.loaded.seen()]).await? {
            seen = self.look_up_conversation(site, id).await?;
        }
        let Err(refusal) = check(&seen.loaded.aggregate) else { return Ok(seen.loaded) };
        self.level_cost(site, usize::from(seen.cached)).await?;
        Err(CommandError::refused(refusal))
    }

    /// Before a refusal: as many loads of what does not exist as lookups were answered from the cache. Only what exists is
    /// cached, so a refusal that came without a load would show by its time that what it is about exists.
    async fn level_cost(&self, site: &SiteId, cached: usize) -> Result<(), StoreError> {
        let absent = || StreamId::conversation(site, Uuid::new_v4().into());
        let loads = (0..cached).map(|_| self.database.load::<Conversation>(absent()));
        stream::iter(loads).buffer_unordered(LOADS_AT_ONCE).try_for_each(async |_| Ok(())).await
    }

    /// Whether all of these streams still stand where they were seen. Those that do not are forgotten, and come from the
    /// log the next time.
    async fn still_stands(&self, seen: &[(StreamId, u64)]) -> Result<bool, StoreError> {
        let moved = match self.database.moved(seen).await {
            Err(error) if error.kind == StoreErrorKind::EpochEnded => {
                self.database.enter_epoch().await?;
                return Ok(false);
            }
            moved => moved?,
        };
        for stream in &moved {
            self.kept.forget(stream);
        }
        Ok(moved.is_empty())
    }
}
