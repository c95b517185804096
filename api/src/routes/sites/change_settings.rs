//! `PATCH /v1/sites/{site}/settings`: ChangeSettings, those that are given.

use axum::extract::State;
use causerie_domain::site::GROUP_SIZES;
use causerie_events::site::{Approval, GroupCreation};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::ChangeSettings;
use crate::openapi::Doc;
use crate::request::{Json, optional_choice};
use crate::routes::sites::Answered;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// How new members come in. Who waits already goes on waiting.
    #[serde(default, deserialize_with = "optional_choice")]
    approval: Option<Approval>,
    /// Who may create groups.
    #[serde(default, deserialize_with = "optional_choice")]
    group_creation: Option<GroupCreation>,
    /// How large a group may be. Larger ones stay as they are and take nobody more.
    #[schemars(range(min = *GROUP_SIZES.start(), max = *GROUP_SIZES.end()))]
    max_participants: Option<u32>,
}

pub(crate) const CHANGE_SETTINGS: Doc =
    Doc::new("ChangeSettings", "Changes those settings that are given. By the owner.")
        .example(r#"{ "approval": "manual", "max_participants": 50 }"#)
        .refuses(&[&[codes::SITE_OWNER_ONLY, codes::SITE_NOT_FOUND, codes::SITE_MAX_PARTICIPANTS_INVALID]]);

pub(crate) async fn change_settings(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Answered {
    let Request { approval, group_creation, max_participants } = request;
    let change = ChangeSettings { site: caller.site.clone(), approval, group_creation, max_participants };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::answer(caller.site, receipt)
}
