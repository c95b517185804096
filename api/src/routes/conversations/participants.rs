//! The participants of a conversation: ListParticipants, AddParticipant, RemoveParticipant (for the caller, LeaveGroup),
//! GrantAdmin and RevokeAdmin, below `/v1/sites/{site}/conversations/{conversation}/participants`.

use axum::Json;
use axum::extract::State;
use causerie_domain::conversation::{AddParticipant, ChangeAdmin, RemoveParticipant};
use causerie_domain::permission::ConversationAction;
use causerie_events::ConversationId;
use causerie_projections::Cursor;
use causerie_projections::conversation_list::{self, ParticipantPage};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{CONVERSATION, Doc, MANAGER, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::{MinPosition, Path, Query};
use crate::routes::conversations::{CommandResult, StartedConversation};
use crate::routes::paging::Paging;
use crate::routes::response::CommandResponse;
use crate::state::AppState;

pub(crate) const LIST_PARTICIPANTS: Doc =
    Doc::new("ListParticipants", "The participants of a conversation, longest-standing first.").refuses(&[
        STANDING,
        CONVERSATION,
        &[codes::CURSOR_INVALID],
    ]);

pub(crate) async fn list_participants(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    MinPosition(position): MinPosition,
    Query(paging): Query<Paging>,
) -> Result<Json<ParticipantPage>, Problem> {
    caller.reader_of(&state, ConversationAction::Inspect, id).await?;
    let after = paging.cursor.as_deref().map(Cursor::read).transpose()?;
    state.wait_for(conversation_list::NAME, position).await?;
    let pool = state.database.pool();
    Ok(Json(conversation_list::participants(pool, &caller.site, id, after, paging.limit.get()).await?))
}

pub(crate) const ADD_PARTICIPANT: Doc = Doc::new("AddParticipant", "Adds a member to a group.")
    .more(
        "By admins of the group and the owner. Participants who are blocked, removed or pending do not count towards \
             `max_participants`.",
    )
    .refuses(&[
        STANDING,
        VOICE,
        MANAGER,
        &[codes::CONVERSATION_CLOSED, codes::GROUP_PARTICIPANT_NOT_IN_ROSTER, codes::GROUP_TOO_MANY_PARTICIPANTS],
    ]);

pub(crate) async fn add_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> CommandResult {
    let member = caller.named(&member)?;
    state.limits.participant(caller.limited())?;
    let add = AddParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, add).await?;
    super::respond(id, receipt)
}

pub(crate) const REMOVE_PARTICIPANT: Doc = Doc::new(
    "RemoveParticipant",
    "Removes a participant from a group, or leaves it.",
)
.more(
    "For the caller (`me`) it is LeaveGroup, and returns null. If no active admin remains (in the community, not blocked, \
         removed or pending), the longest-standing active participant becomes admin. The group is closed when the last \
         participant leaves.",
)
.refuses(&[STANDING, MANAGER]);

pub(crate) async fn remove_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Result<CommandResponse<Option<StartedConversation>>, Problem> {
    let member = caller.named(&member)?;
    let leaving = member == caller.member;
    let remove = RemoveParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, remove).await?;
    state.images.delete_if_closed(&caller.site, id, &receipt.aggregate);
    let CommandResponse { resource, version, position } = super::respond::<200>(id, receipt)?;
    // A former participant no longer sees the participants.
    Ok(CommandResponse { resource: Some(resource).filter(|_| !leaving), version, position })
}

pub(crate) const GRANT_ADMIN: Doc = Doc::new("GrantAdmin", "Makes a participant an admin of the group.")
    .more("By admins of the group and the owner.")
    .refuses(&[STANDING, MANAGER, &[codes::GROUP_NOT_A_PARTICIPANT, codes::CONVERSATION_CLOSED]]);
pub(crate) const REVOKE_ADMIN: Doc = Doc::new("RevokeAdmin", "Revokes the admin rights of a participant.")
    .more("By admins of the group and the owner. A group needs at least one active admin: in the community, not blocked, removed or pending.")
    .refuses(&[STANDING, MANAGER, &[codes::GROUP_NOT_A_PARTICIPANT, codes::GROUP_LAST_ADMIN, codes::CONVERSATION_CLOSED]]);

type ParticipantIds = (String, ConversationId, String);

pub(crate) async fn grant_admin(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<ParticipantIds>,
) -> CommandResult {
    change_admin(state, caller, ids, true).await
}

pub(crate) async fn revoke_admin(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<ParticipantIds>,
) -> CommandResult {
    change_admin(state, caller, ids, false).await
}

async fn change_admin(state: AppState, caller: Caller, (_, id, member): ParticipantIds, admin: bool) -> CommandResult {
    let member = caller.named(&member)?;
    let change = ChangeAdmin { site: caller.site.clone(), conversation: id, member, admin };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::respond(id, receipt)
}
