//! `PUT /v1/sites/{site}/groups/{conversation}`: CreateGroup.

use axum::extract::State;
use causerie_domain::Conversation;
use causerie_domain::site::GROUP_SIZES;
use causerie_events::conversation::History;
use causerie_events::{AddressableMemberId, GroupName, NewGroupId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::CreateGroup;
use crate::openapi::{Doc, GROUP_NAME, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::{Json, Path, choice};
use crate::routes::answer::Answer;
use crate::routes::conversations::Answered;
use crate::state::AppState;

/// More names than the largest group of any site are refused before they are looked up.
const MAX_PARTICIPANTS: usize = *GROUP_SIZES.end() as usize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The name of the group.
    #[schemars(with = "GroupName")]
    name: String,
    /// Who is in it beside the caller.
    #[serde(default)]
    #[schemars(length(max = MAX_PARTICIPANTS))]
    participants: Vec<AddressableMemberId>,
    /// What newcomers may read of what came before them.
    #[serde(default, deserialize_with = "choice")]
    history: History,
}

pub(crate) const CREATE_GROUP: Doc = Doc::new("CreateGroup", "Starts a group, with the caller as its admin.")
    .more(
        "By members of the community, or by staff alone where the site says so. Its id is a UUID of version 7 (recommended) \
         or 4; any other is refused, as the service derives ids itself. A member creates so many groups an hour, and brings so \
         many participants a second into groups, as the service is configured for.",
    )
    .example(r#"{ "name": "Hiking", "participants": ["bob", "eve"], "history": "since_joined" }"#)
    .refuses(&[
        STANDING,
        VOICE,
        GROUP_NAME,
        &[codes::GROUP_CREATION_STAFF_ONLY, codes::CONVERSATION_ID_TAKEN],
        &[codes::GROUP_PARTICIPANT_NOT_IN_ROSTER, codes::GROUP_TOO_MANY_PARTICIPANTS],
    ]);

pub(crate) async fn create_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, new)): Path<(String, NewGroupId)>,
    Json(request): Json<Request>,
) -> Answered<201> {
    if request.participants.len() > MAX_PARTICIPANTS {
        let detail = format!("a group has at most {MAX_PARTICIPANTS} participants");
        return Err(Problem::new(codes::GROUP_TOO_MANY_PARTICIPANTS, detail).at("/participants"));
    }
    state.limits.group(caller.limited(), request.participants.len() + 1)?;
    let create = CreateGroup {
        site: caller.site.clone(),
        conversation: new,
        name: GroupName::parse(request.name).map_err(|error| Problem::from(error).at("/name"))?,
        participants: request.participants.into_iter().map(AddressableMemberId::member).collect(),
        history: request.history,
    };
    let (id, receipt) = (new.conversation(), state.commands.execute(caller.registered(&state).await?, create).await?);
    match &receipt.aggregate {
        // The creator has left: they see the group as they created it.
        Conversation::Group(group) if !group.participants.contains_key(&caller.member) => {
            let resource = super::created_view(id, &group.created);
            Ok(Answer { resource, version: receipt.version, position: receipt.position })
        }
        _ => super::answer(id, receipt),
    }
}
