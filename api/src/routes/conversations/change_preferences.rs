//! `PATCH /v1/sites/{site}/conversations/{conversation}/preferences`: ChangePreferences, what is given.

use axum::extract::State;
use causerie_events::ConversationId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::commands::ChangePreferences;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// No notice of new messages.
    muted: Option<bool>,
    /// Out of the list, until a message comes. Where the conversation is muted as well, it stays out.
    archived: Option<bool>,
    /// At the top of the list.
    pinned: Option<bool>,
}

/// How the caller keeps the conversation.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Preferences")]
pub(crate) struct Preferences {
    muted: bool,
    archived: bool,
    pinned: bool,
}

pub(crate) const CHANGE_PREFERENCES: Doc = Doc::new(
    "ChangePreferences",
    "Changes how the caller keeps a conversation, in what is given.",
)
.more(
    "A message of any member brings a conversation back from the archive, except where the caller has muted it; it \
             can be archived again then.",
)
.example(r#"{ "pinned": true }"#)
.refuses(&[STANDING, CONVERSATION]);

pub(crate) async fn change_preferences(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Result<Answer<Preferences>, Problem> {
    let Request { muted, archived, pinned } = request;
    let change = ChangePreferences { site: caller.site.clone(), conversation, muted, archived, pinned };
    let (site, member) = (caller.site.clone(), caller.member.clone());
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    let now = receipt.aggregate;
    let archived = match archived {
        Some(archived) => archived,
        None => now.archived && !state.commands.brought_back(&site, conversation, &member).await?,
    };
    let resource = Preferences { muted: now.muted, archived, pinned: now.pinned };
    Ok(Answer { resource, version: receipt.version, position: receipt.position })
}
