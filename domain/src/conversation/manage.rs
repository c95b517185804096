//! Changing and deleting a group.

use causerie_events::conversation::{GroupImage, GroupRenamed, History, HistoryChanged};
use causerie_events::{ConversationEvent, ConversationId, GroupName, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::conversation::{Conversation, Group};
use crate::decide::{Decide, Decided};
use crate::error::ConversationError;
use crate::permission::{ConversationAction, ConversationContext, MemberChat, permit};

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
        let group = state.permitted_group_in(*member_chat, change_action(self.name.is_some()), actor)?;
        let name = self.name.clone().filter(|name| *name != group.name);
        let history = self.history.filter(|history| *history != group.history);
        let events = [
            name.map(|name| ConversationEvent::GroupRenamed(GroupRenamed { name })),
            history.map(|history| ConversationEvent::HistoryChanged(HistoryChanged { history })),
        ];
        Ok(events.into_iter().flatten().collect())
    }
}

#[derive(Debug, Clone)]
pub struct ChangeGroupImage {
    pub site: SiteId,
    pub conversation: ConversationId,
    /// The image, already stored. `None` removes the image of the group.
    pub image: Option<GroupImage>,
}

impl Decide for ChangeGroupImage {
    type Aggregate = Conversation;
    type Facts = MemberChat;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, member_chat: &MemberChat) -> Decided<Conversation> {
        let group = state.permitted_group_in(*member_chat, change_action(self.image.is_some()), actor)?;
        Ok(match (&self.image, &group.image) {
            // Compared by the hash of the upload, because each upload gets a new id.
            (Some(new), Some(current)) if new.sha256 == current.sha256 => Vec::new(),
            (Some(new), _) => vec![ConversationEvent::GroupImageChanged(new.clone())],
            (None, Some(_)) => vec![ConversationEvent::GroupImageRemoved],
            (None, None) => Vec::new(),
        })
    }
}

/// Closes a group for all participants.
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
        let group = state.permitted_group(ConversationAction::DeleteGroup, actor)?;
        Ok(if group.closed { Vec::new() } else { vec![ConversationEvent::GroupDeleted] })
    }
}

/// All participants see a new name or image, so the actor must not be muted; other changes do not need that.
const fn change_action(sets_name_or_image: bool) -> ConversationAction {
    if sets_name_or_image { ConversationAction::SetNameOrImage } else { ConversationAction::ChangeGroup }
}

impl Conversation {
    /// Returns an error unless the actor may set the image of the group. Checked before the upload is read.
    pub fn require_image_change(&self, actor: &Actor, member_chat: MemberChat) -> Result<(), ConversationError> {
        self.permitted_group_in(member_chat, ConversationAction::SetNameOrImage, actor).map(drop)
    }

    /// The group, if the actor is permitted the action. For actions that do not depend on member chat.
    pub(super) fn permitted_group(
        &self,
        action: ConversationAction,
        actor: &Actor,
    ) -> Result<&Group, ConversationError> {
        self.permitted_group_in(MemberChat::On, action, actor)
    }

    pub(super) fn permitted_group_in(
        &self,
        member_chat: MemberChat,
        action: ConversationAction,
        actor: &Actor,
    ) -> Result<&Group, ConversationError> {
        let context = ConversationContext { member_chat, ..ConversationContext::access_only(self.access(actor)) };
        if let Self::Group(group) = self {
            permit(action, actor, &context)?;
            return Ok(group);
        }
        // Actors without access learn neither that the conversation exists nor its kind.
        permit(ConversationAction::Read, actor, &context)?;
        Err(ConversationError::NotAGroup)
    }
}
