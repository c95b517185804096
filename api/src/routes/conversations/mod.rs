//! Conversations: groups and who is in them.

mod add_participant;
mod create_group;
mod list_conversations;
mod remove_participant;

use axum::http::StatusCode;
use causerie_domain::Conversation;
use causerie_domain::conversation::Group;
use causerie_events::{ConversationId, MemberId};
use serde::Serialize;

pub(super) use add_participant::add_participant;
pub(super) use create_group::create_group;
pub(super) use list_conversations::list_conversations;
pub(super) use remove_participant::remove_participant;

use crate::commands::Receipt;
use crate::routes::answer::Answer;

/// The most participants shown with a conversation.
const FIRST_FEW: usize = 5;

/// A group, as its participants see it right after a command.
#[derive(Debug, Serialize)]
struct GroupView {
    id: ConversationId,
    kind: &'static str,
    name: String,
    participants: Vec<MemberId>,
    participant_count: usize,
    closed: bool,
}

fn answer(status: StatusCode, id: ConversationId, receipt: Receipt<Conversation>) -> Answer<Option<GroupView>> {
    let Receipt { aggregate, version, position } = receipt;
    let resource = match aggregate {
        Conversation::Missing => None,
        Conversation::Group(group) => Some(view(id, &group)),
    };
    Answer { status, resource, version, position }
}

fn view(id: ConversationId, group: &Group) -> GroupView {
    let mut by_standing: Vec<_> = group.participants.iter().collect();
    by_standing.sort_by_key(|(_, seat)| seat.since);
    GroupView {
        id,
        kind: "group",
        name: group.name.as_str().to_owned(),
        participants: by_standing.into_iter().take(FIRST_FEW).map(|(member, _)| member.clone()).collect(),
        participant_count: group.participants.len(),
        closed: group.closed,
    }
}
