//! Conversations: who is in them, how they are set up, and how their participants keep them.

mod add_participant;
mod admins;
mod change_group;
mod change_group_image;
mod change_preferences;
mod create_group;
mod delete_group;
mod get_conversation;
mod get_group_image;
mod list_conversations;
mod list_groups;
mod list_participants;
mod mark_read;
mod remove_participant;
mod show_typing;
mod start_business;
mod start_direct;
mod upload;

use causerie_domain::Conversation;
use causerie_domain::conversation::{ConversationKind, Group};
use causerie_events::conversation::{GroupCreated, History};
use causerie_events::{ConversationId, MemberId};
use causerie_projections::conversation_list::Kind as KindView;
use schemars::JsonSchema;
use serde::Serialize;

pub(super) use add_participant::{ADD_PARTICIPANT, add_participant};
pub(super) use admins::{GRANT_ADMIN, REVOKE_ADMIN, grant_admin, revoke_admin};
pub(super) use change_group::{CHANGE_GROUP, change_group};
pub(super) use change_group_image::{CHANGE_GROUP_IMAGE, REMOVE_GROUP_IMAGE, change_group_image, remove_group_image};
pub(super) use change_preferences::{CHANGE_PREFERENCES, change_preferences};
pub(super) use create_group::{CREATE_GROUP, create_group};
pub(super) use delete_group::{DELETE_GROUP, delete_group};
pub(super) use get_conversation::{GET_CONVERSATION, get_conversation};
pub(super) use get_group_image::{GET_GROUP_IMAGE, get_group_image};
pub(super) use list_conversations::{LIST_CONVERSATIONS, list_conversations};
pub(super) use list_groups::{LIST_GROUPS, list_groups};
pub(super) use list_participants::{LIST_PARTICIPANTS, list_participants};
pub(super) use mark_read::{MARK_READ, mark_read};
pub(super) use remove_participant::{REMOVE_PARTICIPANT, remove_participant};
pub(super) use show_typing::{SHOW_TYPING, show_typing};
pub(super) use start_business::{START_BUSINESS_CONVERSATION, start_business_conversation};
pub(super) use start_direct::{START_DIRECT_CONVERSATION, start_direct_conversation};

use crate::commands::Receipt;
use crate::problem::Problem;
use crate::routes::answer::Answer;
use crate::views::{MAX_LISTED_PARTICIPANTS, listed_participants};

/// A conversation, as its participants see it right after a command.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StartedConversation")]
pub(crate) struct StartedView {
    /// Its id: of a direct or business conversation the service derives it.
    id: ConversationId,
    /// Its kind.
    #[schemars(with = "KindView")]
    kind: ConversationKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "History")]
    history: Option<History>,
    /// The first participants by standing, at most five.
    participants: Vec<MemberId>,
    /// How many there are.
    participant_count: usize,
    /// Whether it is closed for good.
    closed: bool,
}

type Answered<const STATUS: u16 = 200> = Result<Answer<StartedView, STATUS>, Problem>;

fn answer<const STATUS: u16>(id: ConversationId, receipt: Receipt<Conversation>) -> Answered<STATUS> {
    let Receipt { aggregate, version, position } = receipt;
    let of_members = |kind, participants: Vec<MemberId>| StartedView {
        id,
        kind,
        name: None,
        history: None,
        participant_count: participants.len(),
        participants,
        closed: false,
    };
    let resource = match aggregate {
        Conversation::Missing => None,
        Conversation::Group(group) => Some(group_view(id, &group)),
        Conversation::Direct(direct) => Some(of_members(ConversationKind::Direct, vec![direct.starter, direct.peer])),
        Conversation::Business(business) => Some(of_members(ConversationKind::Business, vec![business.member])),
    };
    Answer::of(resource, version, position)
}

fn group_view(id: ConversationId, group: &Group) -> StartedView {
    StartedView {
        id,
        kind: ConversationKind::Group,
        name: Some(group.name.as_str().to_owned()),
        history: Some(group.history),
        participants: listed_participants(group),
        participant_count: group.participants.len(),
        closed: group.closed,
    }
}

/// A group as it was created, whatever became of it since.
fn created_view(id: ConversationId, created: &GroupCreated) -> StartedView {
    let participants = std::iter::once(&created.creator).chain(&created.participants);
    StartedView {
        id,
        kind: ConversationKind::Group,
        name: Some(created.name.as_str().to_owned()),
        history: Some(created.history),
        participants: participants.take(MAX_LISTED_PARTICIPANTS).cloned().collect(),
        participant_count: created.participants.len() + 1,
        closed: false,
    }
}
