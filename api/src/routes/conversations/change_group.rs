//! `PATCH /v1/sites/{site}/conversations/{conversation}`: ChangeGroup, what is given.

use axum::extract::State;
use causerie_events::conversation::History;
use causerie_events::{ConversationId, GroupName};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::ChangeGroup;
use crate::openapi::{Doc, GROUP_NAME, MANAGER, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::{Json, Path, optional_choice};
use crate::routes::conversations::Answered;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The name of the group.
    #[schemars(with = "Option<GroupName>")]
    name: Option<String>,
    /// What newcomers from now on may read of what came before them.
    #[serde(default, deserialize_with = "optional_choice")]
    history: Option<History>,
}

pub(crate) const CHANGE_GROUP: Doc =
    Doc::new("ChangeGroup", "Changes the name of a group, or what newcomers may read.")
        .more(
            "By its admins and the owner. The name only by admins who may write in the group, and by the owner: not by a \
             muted admin or one outside the community, and not while member chat is off. What newcomers may read changes \
             for those who come from now on.",
        )
        .example(r#"{ "name": "Hiking and climbing" }"#)
        .refuses(&[STANDING, VOICE, MANAGER, GROUP_NAME, &[codes::CONVERSATION_CLOSED]]);

pub(crate) async fn change_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Answered {
    let name = request.name.map(GroupName::parse).transpose().map_err(|error| Problem::from(error).at("/name"))?;
    let change = ChangeGroup { site: caller.site.clone(), conversation: id, name, history: request.history };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::answer(id, receipt)
}
