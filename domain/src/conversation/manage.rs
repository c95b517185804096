//! Changing a group: its name, its history, its image, its end.

use causerie_events::conversation::{GroupImage, GroupRenamed, History, HistoryChanged};
use causerie_events::{ConversationEvent, ConversationId, GroupName, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::conversation::{Conversation, ConversationError, Group};
use crate::decide::{Decide, Decided};
use crate::permission::{ConversationAct, Place, permit};
use crate::site::MemberChat;

/// Changes the given fields of a group.
#[derive(Debug, Clone)]
pub struct ChangeGroup {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub name: Option<GroupName>,
    pub history: Option<History>,
}

impl Decide for ChangeGroup {
    type Aggregate = Conversation;
    type Facts = MemberChat;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, member_chat: &MemberChat) -> Decided<Conversation> {
        let group = state.group_while(*member_chat, naming(self.name.is_some()), actor)?;
        let name = self.name.clone().filter(|name| *name != group.name);
        let history = self.history.filter(|history| *history != group.history);
        let events = [
            name.map(|name| ConversationEvent::GroupRenamed(GroupRenamed { name })),
            history.map(|history| ConversationEvent::HistoryChanged(HistoryChanged { history })),
        ];
        Ok(events.into_iter().flatten().collect())
    }
}

/// Gives a group an image, or removes it.
#[derive(Debug, Clone)]
pub struct ChangeGroupImage {
    pub site: SiteId,
    pub conversation: ConversationId,
    /// The image, stored already; none removes it.
    pub image: Option<GroupImage>,
}

impl Decide for ChangeGroupImage {
    type Aggregate = Conversation;
    type Facts = MemberChat;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, member_chat: &MemberChat) -> Decided<Conversation> {
        let group = state.group_while(*member_chat, naming(self.image.is_some()), actor)?;
        Ok(match (&self.image, &group.image) {
            // By the hash of the upload: each upload has an id of its own.
            (Some(given), Some(shown)) if given.sha256 == shown.sha256 => Vec::new(),
            (Some(given), _) => vec![ConversationEvent::GroupImageChanged(given.clone())],
            (None, Some(_)) => vec![ConversationEvent::GroupImageRemoved],
            (None, None) => Vec::new(),
        })
    }
}

/// Closes a group for all its participants.
#[derive(Debug, Clone)]
pub struct DeleteGroup {
    pub site: SiteId,
    pub conversation: ConversationId,
}

impl Decide for DeleteGroup {
    type Aggregate = Conversation;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, (): &()) -> Decided<Conversation> {
        let group = state.group_for(ConversationAct::DeleteGroup, actor)?;
        Ok(if group.closed { Vec::new() } else { vec![ConversationEvent::GroupDeleted] })
    }
}

/// A new name or image addresses all participants, so it needs a voice; other changes do not.
const fn naming(gives: bool) -> ConversationAct {
    if gives { ConversationAct::NameGroup } else { ConversationAct::ChangeGroup }
}

impl Conversation {
    /// Whether the actor may give the group an image: checked before the upload is read.
    pub fn require_image_change(&self, actor: &Actor, member_chat: MemberChat) -> Result<(), ConversationError> {
        self.group_while(member_chat, ConversationAct::NameGroup, actor).map(drop)
    }

    /// The group, for an actor who may do this whether member chat is on or off.
    pub(super) fn group_for(&self, act: ConversationAct, actor: &Actor) -> Result<&Group, ConversationError> {
        self.group_while(MemberChat::On, act, actor)
    }

    /// The group, for an actor who may do this.
    pub(super) fn group_while(
        &self,
        member_chat: MemberChat,
        act: ConversationAct,
        actor: &Actor,
    ) -> Result<&Group, ConversationError> {
        let place = Place { member_chat, ..Place::regardless(self.access(actor)) };
        if let Self::Group(group) = self {
            permit(act, actor, &place)?;
            return Ok(group);
        }
        // An actor who is not in a conversation learns neither that it exists nor of which kind it is.
        permit(ConversationAct::Read, actor, &place)?;
        Err(ConversationError::NotAGroup)
    }
}
