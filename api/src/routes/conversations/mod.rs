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
use crate::routes::answer::Answer;
use crate::state::AppState;
use crate::views::{MAX_LISTED_PARTICIPANTS, listed_participants};

/// The routes below `/v1/sites/{site}`.
pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/groups", get_with(list_groups::list_groups, list_groups::LIST_GROUPS.write()))
        .api_route("/groups/{conversation}", put_with(create_group::create_group, create_group::CREATE_GROUP.write()))
        .api_route(
            "/direct/{member}",
            put_with(start_direct::start_direct_conversation, start_direct::START_DIRECT_CONVERSATION.write()),
        )
        .api_route(
            "/business/{member}",
            put_with(start_business::start_business_conversation, start_business::START_BUSINESS_CONVERSATION.write()),
        )
        .api_route(
            "/conversations",
            get_with(list_conversations::list_conversations, list_conversations::LIST_CONVERSATIONS.write()),
        )
        .api_route(
            "/conversations/{conversation}",
            get_with(get_conversation::get_conversation, get_conversation::GET_CONVERSATION.write())
                .patch_with(change_group::change_group, change_group::CHANGE_GROUP.write())
                .delete_with(delete_group::delete_group, delete_group::DELETE_GROUP.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants",
            get_with(list_participants::list_participants, list_participants::LIST_PARTICIPANTS.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants/{member}",
            put_with(add_participant::add_participant, add_participant::ADD_PARTICIPANT.write())
                .delete_with(remove_participant::remove_participant, remove_participant::REMOVE_PARTICIPANT.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants/{member}/admin",
            put_with(admins::grant_admin, admins::GRANT_ADMIN.write())
                .delete_with(admins::revoke_admin, admins::REVOKE_ADMIN.write()),
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
            put_with(mark_read::mark_read, mark_read::MARK_READ.write()),
        )
        .api_route(
            "/conversations/{conversation}/preferences",
            patch_with(change_preferences::change_preferences, change_preferences::CHANGE_PREFERENCES.write()),
        )
        .api_route(
            "/conversations/{conversation}/typing",
            post_with(show_typing::show_typing, show_typing::SHOW_TYPING.write()),
        )
        .with_path_items(|item| item.tag("Conversations"))
}

/// A conversation, as its participants see it right after a command.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "StartedConversation")]
pub(crate) struct StartedView {
    /// Its id: of a direct or business conversation the service derives it.
    id: ConversationId,
    /// Its kind.
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
