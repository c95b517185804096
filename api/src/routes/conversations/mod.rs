//! Conversations: who is in them, how they are set up, and how their participants keep them.

mod add_participant;
mod admins;
mod change_group;
mod change_preferences;
mod create_group;
mod delete_group;
mod get_conversation;
mod list_conversations;
mod list_participants;
mod mark_read;
mod remove_participant;
mod show_typing;
mod start_business;
mod start_direct;

use axum::http::StatusCode;
use causerie_domain::Conversation;
use causerie_domain::conversation::{Group, Kind};
use causerie_events::conversation::History;
use causerie_events::{ConversationId, MemberId};
use serde::Serialize;

pub(super) use add_participant::add_participant;
pub(super) use admins::{grant_admin, revoke_admin};
pub(super) use change_group::change_group;
pub(super) use change_preferences::change_preferences;
pub(super) use create_group::create_group;
pub(super) use delete_group::delete_group;
pub(super) use get_conversation::get_conversation;
pub(super) use list_conversations::list_conversations;
pub(super) use list_participants::list_participants;
pub(super) use mark_read::mark_read;
pub(super) use remove_participant::remove_participant;
pub(super) use show_typing::show_typing;
pub(super) use start_business::start_business_conversation;
pub(super) use start_direct::start_direct_conversation;

use crate::commands::Receipt;
use crate::routes::answer::Answer;
use crate::views::first_few;

/// A conversation, as its participants see it right after a command.
#[derive(Debug, Serialize)]
struct StartedView {
    id: ConversationId,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<History>,
    participants: Vec<MemberId>,
    participant_count: usize,
    closed: bool,
}

fn answer(status: StatusCode, id: ConversationId, receipt: Receipt<Conversation>) -> Answer<Option<StartedView>> {
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
        Conversation::Direct(direct) => Some(of_members(Kind::Direct, vec![direct.starter, direct.peer])),
        Conversation::Business(business) => Some(of_members(Kind::Business, vec![business.member])),
    };
    Answer { status, resource, version, position }
}

fn group_view(id: ConversationId, group: &Group) -> StartedView {
    StartedView {
        id,
        kind: Kind::Group,
        name: Some(group.name.as_str().to_owned()),
        history: Some(group.history),
        participants: first_few(group),
        participant_count: group.participants.len(),
        closed: group.closed,
    }
}
