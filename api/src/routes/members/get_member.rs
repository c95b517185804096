//! `GET /v1/sites/{site}/members/{member}`: GetMember. Whom the caller may not see does not exist.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::member::MemberError;
use causerie_projections::member_list;

use crate::auth::{Caller, viewer};
use crate::commands::CommandError;
use crate::problem::Problem;
use crate::request::{MinPosition, Path};
use crate::state::AppState;

pub(crate) async fn get_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    MinPosition(position): MinPosition,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let viewer = viewer(&caller.reader(&state).await?);
    state.wait_for(member_list::NAME, position).await?;
    let view = member_list::get(state.database.pool(), &caller.site, &viewer, &member).await?;
    Ok(Json(view.ok_or_else(|| CommandError::refused(MemberError::NotFound))?))
}
