//! Conversations: participants, settings, images, preferences and read markers.

mod change_group_image;
mod get_conversation;
mod get_group_image;
mod groups;
mod list_conversations;
mod list_groups;
mod participants;
mod participation;
mod show_typing;
mod start;
mod upload;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, patch_with, post_with, put_with};
use axum::extract::DefaultBodyLimit;
use causerie_domain::Conversation;
use causerie_domain::conversation::Group;
use causerie_events::conversation::{ConversationKind, GroupCreated, History};
use causerie_events::{ConversationId, MemberId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::Receipt;
use crate::images::MAX_UPLOAD_BYTES;
use crate::problem::Problem;
use crate::routes::response::CommandResponse;
use crate::state::AppState;
use crate::views::{MAX_LISTED_PARTICIPANTS, listed_participants};

/// The routes below `/v1/sites/{site}`.
pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/groups", get_with(list_groups::list_groups, list_groups::LIST_GROUPS.write()))
        .api_route("/groups/{conversation}", put_with(groups::create_group, groups::CREATE_GROUP.write()))
        .api_route(
            "/direct/{member}",
            put_with(start::start_direct_conversation, start::START_DIRECT_CONVERSATION.write()),
        )
        .api_route(
            "/business/{member}",
            put_with(start::start_business_conversation, start::START_BUSINESS_CONVERSATION.write()),
        )
        .api_route(
            "/conversations",
            get_with(list_conversations::list_conversations, list_conversations::LIST_CONVERSATIONS.write()),
        )
        .api_route(
            "/conversations/{conversation}",
            get_with(get_conversation::get_conversation, get_conversation::GET_CONVERSATION.write())
                .patch_with(groups::change_group, groups::CHANGE_GROUP.write())
                .delete_with(groups::delete_group, groups::DELETE_GROUP.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants",
            get_with(participants::list_participants, participants::LIST_PARTICIPANTS.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants/{member}",
            put_with(participants::add_participant, participants::ADD_PARTICIPANT.write())
                .delete_with(participants::remove_participant, participants::REMOVE_PARTICIPANT.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants/{member}/admin",
            put_with(participants::grant_admin, participants::GRANT_ADMIN.write())
                .delete_with(participants::revoke_admin, participants::REVOKE_ADMIN.write()),
        )
        .api_route(
            "/conversations/{conversation}/image",
            put_with(change_group_image::change_group_image, change_group_image::CHANGE_GROUP_IMAGE.write())
                .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES))
                .delete_with(change_group_image::remove_group_image, change_group_image::REMOVE_GROUP_IMAGE.write()),
        )
        .api_route(
            "/conversations/{conversation}/image/{image}",
            get_with(get_group_image::get_group_image, get_group_image::GET_GROUP_IMAGE.write()),
        )
        .api_route(
            "/conversations/{conversation}/read-marker",
            put_with(participation::mark_read, participation::MARK_READ.write()),
        )
        .api_route(
            "/conversations/{conversation}/preferences",
            patch_with(participation::change_preferences, participation::CHANGE_PREFERENCES.write()),
        )
        .api_route(
            "/conversations/{conversation}/typing",
            post_with(show_typing::show_typing, show_typing::SHOW_TYPING.write()),
        )
        .with_path_items(|item| item.tag("Conversations"))
}

/// A conversation right after a command, as its participants see it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StartedConversation {
    /// The id. The service derives that of a direct or business conversation.
    id: ConversationId,
    /// The kind.
    kind: ConversationKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "History")]
    history: Option<History>,
    /// The longest-standing participants, at most five.
    participants: Vec<MemberId>,
    /// The number of participants.
    participant_count: usize,
    /// Whether the conversation is closed permanently.
    closed: bool,
}

type CommandResult<const STATUS: u16 = 200> = Result<CommandResponse<StartedConversation, STATUS>, Problem>;

fn respond<const STATUS: u16>(id: ConversationId, receipt: Receipt<Conversation>) -> CommandResult<STATUS> {
    let Receipt { aggregate, version, position } = receipt;
    let of_members = |kind, participants: Vec<MemberId>| StartedConversation {
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
    CommandResponse::of(resource, version, position)
}

fn group_view(id: ConversationId, group: &Group) -> StartedConversation {
    StartedConversation {
        id,
        kind: ConversationKind::Group,
        name: Some(group.name.as_str().to_owned()),
        history: Some(group.history),
        participants: listed_participants(group),
        participant_count: group.participants.len(),
        closed: group.closed,
    }
}

/// A group as created, without later changes.
fn created_view(id: ConversationId, created: &GroupCreated) -> StartedConversation {
    let participants = std::iter::once(&created.creator).chain(&created.participants);
    StartedConversation {
        id,
        kind: ConversationKind::Group,
        name: Some(created.name.as_str().to_owned()),
        history: Some(created.history),
        participants: participants.take(MAX_LISTED_PARTICIPANTS).cloned().collect(),
        participant_count: created.participants.len() + 1,
        closed: false,
    }
}
