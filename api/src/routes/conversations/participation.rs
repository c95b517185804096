//! The state of the caller in a conversation: MarkRead by `PUT …/read-marker` and ChangePreferences by `PATCH …/preferences`
//! below `/v1/sites/{site}/conversations/{conversation}`.

use axum::extract::State;
use causerie_domain::participation::{ChangePreferences, MarkRead};
use causerie_events::{ConversationId, MessageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::response::CommandResponse;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MarkReadRequest {
    /// The last message that was read.
    message: MessageId,
}

/// The current marker.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReadMarker {
    conversation_id: ConversationId,
    message: Option<MessageId>,
}

pub(crate) const MARK_READ: Doc = Doc::new("MarkRead", "Marks messages as read up to a message.")
    .more("The marker never moves back. The response is the current marker.")
    .example(r#"{ "message": "01980f6e-8d11-7c04-8a6b-5f4e3d2c1b0a" }"#)
    .refuses(&[STANDING, CONVERSATION, &[codes::MESSAGE_NOT_FOUND]]);

pub(crate) async fn mark_read(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    Json(request): Json<MarkReadRequest>,
) -> Result<CommandResponse<ReadMarker>, Problem> {
    let mark = MarkRead { site: caller.site.clone(), conversation, message: request.message };
    let receipt = state.commands.execute(caller.registered(&state).await?, mark).await?;
    let message = receipt.aggregate.marker.map(|marker| marker.message_id);
    let resource = ReadMarker { conversation_id: conversation, message };
    Ok(CommandResponse { resource, version: receipt.version, position: receipt.position })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePreferencesRequest {
    /// Whether the caller wants no notification of new messages.
    muted: Option<bool>,
    /// Whether the conversation is archived. A new message unarchives it, unless it is muted.
    archived: Option<bool>,
    /// Whether the conversation is at the top of the list.
    pinned: Option<bool>,
}

/// The caller's preferences for a conversation.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Preferences {
    muted: bool,
    archived: bool,
    pinned: bool,
}

pub(crate) const CHANGE_PREFERENCES: Doc = Doc::new(
    "ChangePreferences",
    "Changes the caller's preferences for a conversation. Absent fields do not change.",
)
.more("A message of any member unarchives the conversation, unless the caller has muted it. It can be archived again.")
.example(r#"{ "pinned": true }"#)
.refuses(&[STANDING, CONVERSATION]);

pub(crate) async fn change_preferences(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    Json(request): Json<ChangePreferencesRequest>,
) -> Result<CommandResponse<Preferences>, Problem> {
    let ChangePreferencesRequest { muted, archived, pinned } = request;
    let change = ChangePreferences { site: caller.site.clone(), conversation, muted, archived, pinned };
    let (site, member) = (caller.site.clone(), caller.member.clone());
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    let now = receipt.aggregate;
    let archived = match archived {
        Some(archived) => archived,
        None => now.archived && !state.commands.brought_back(&site, conversation, &member).await?,
    };
    let resource = Preferences { muted: now.muted, archived, pinned: now.pinned };
    Ok(CommandResponse { resource, version: receipt.version, position: receipt.position })
}
