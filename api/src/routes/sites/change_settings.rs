//! `PATCH /v1/sites/{site}/settings`: ChangeSettings, those that are given.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::site::{Approval, GroupCreation};
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::ChangeSettings;
use crate::problem::Problem;
use crate::request::{Json, optional_choice};
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    #[serde(default, deserialize_with = "optional_choice")]
    approval: Option<Approval>,
    #[serde(default, deserialize_with = "optional_choice")]
    group_creation: Option<GroupCreation>,
    max_participants: Option<u32>,
}

pub(crate) async fn change_settings(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    let Request { approval, group_creation, max_participants } = request;
    let change = ChangeSettings { site: caller.site.clone(), approval, group_creation, max_participants };
    let receipt = state.commands.execute(caller.sender(), change).await?;
    Ok(super::answer(StatusCode::OK, caller.site, receipt))
}
