//! Groups: CreateGroup by `PUT /v1/sites/{site}/groups/{conversation}`; ChangeGroup by `PATCH` and DeleteGroup by
//! `DELETE /v1/sites/{site}/conversations/{conversation}`.

use axum::extract::State;
use causerie_domain::Conversation;
use causerie_domain::conversation::{ChangeGroup, CreateGroup, DeleteGroup};
use causerie_domain::site::GROUP_SIZES;
use causerie_events::conversation::History;
use causerie_events::{AddressableMemberId, ConversationId, GroupName, NewGroupId};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Doc, GROUP_NAME, MANAGER, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::{Json, Path, enum_name, optional_enum_name};
use crate::routes::conversations::CommandResult;
use crate::routes::response::CommandResponse;
use crate::state::AppState;

/// A longer list than the largest group of any site is rejected before members are looked up.
const MAX_PARTICIPANTS: usize = *GROUP_SIZES.end() as usize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateGroupRequest {
    /// The name of the group.
    #[schemars(with = "GroupName")]
    name: String,
    /// The participants besides the caller.
    #[serde(default)]
    #[schemars(length(max = MAX_PARTICIPANTS))]
    participants: Vec<AddressableMemberId>,
    /// How much earlier history participants who join later may read.
    #[serde(default, deserialize_with = "enum_name")]
    history: History,
}

pub(crate) const CREATE_GROUP: Doc = Doc::new("CreateGroup", "Creates a group with the caller as its admin.")
    .more(
        "By members of the community, or only by staff, depending on the settings of the site. The id is a UUID of version 7 \
         (recommended) or 4. Other versions are rejected, because the service derives ids of its own. The configuration limits \
         the groups per hour and the added participants per second of a member.",
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
    Json(request): Json<CreateGroupRequest>,
) -> CommandResult<201> {
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
        // A creator who has left sees the group as created.
        Conversation::Group(group) if !group.participants.contains_key(&caller.member) => {
            let resource = super::created_view(id, &group.created);
            Ok(CommandResponse { resource, version: receipt.version, position: receipt.position })
        }
        _ => super::respond(id, receipt),
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeGroupRequest {
    /// The name of the group.
    #[schemars(with = "Option<GroupName>")]
    name: Option<String>,
    /// How much earlier history participants who join later may read.
    #[serde(default, deserialize_with = "optional_enum_name")]
    history: Option<History>,
}

pub(crate) const CHANGE_GROUP: Doc =
    Doc::new("ChangeGroup", "Changes the name of a group, or how much history new participants may read.")
        .more(
            "By admins of the group and the owner. An admin who is muted or outside the community cannot change the name, \
             nor can any admin while member chat is off. A change of the history applies to participants who join later.",
        )
        .example(r#"{ "name": "Hiking and climbing" }"#)
        .refuses(&[STANDING, VOICE, MANAGER, GROUP_NAME, &[codes::CONVERSATION_CLOSED]]);

pub(crate) async fn change_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    Json(request): Json<ChangeGroupRequest>,
) -> CommandResult {
    let name = request.name.map(GroupName::parse).transpose().map_err(|error| Problem::from(error).at("/name"))?;
    let change = ChangeGroup { site: caller.site.clone(), conversation: id, name, history: request.history };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::respond(id, receipt)
}

pub(crate) const DELETE_GROUP: Doc = Doc::new("DeleteGroup", "Deletes a group. Its participants see it as closed.")
    .more("By admins of the group and the owner.")
    .refuses(&[STANDING, MANAGER]);

pub(crate) async fn delete_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
) -> CommandResult {
    let delete = DeleteGroup { site: caller.site.clone(), conversation: id };
    let receipt = state.commands.execute(caller.registered(&state).await?, delete).await?;
    state.images.delete_if_closed(&caller.site, id, &receipt.aggregate);
    super::respond(id, receipt)
}
