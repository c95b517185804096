//! `GET /v1/sites/{site}/members`: ListMembers. Members see the roster; everybody else sees all and every field.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_events::Label;
use causerie_projections::member_list::{self, ListMembers, Status};
use serde::Deserialize;

use crate::auth::{Caller, viewer};
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    q: Option<String>,
    status: Option<Status>,
    role: Option<Label>,
    badge: Option<Label>,
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) async fn list_members(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(parameters): Query<Parameters>,
) -> Result<impl IntoResponse, Problem> {
    let viewer = viewer(&caller.reader(&state).await?);
    if parameters.q.as_ref().is_some_and(|q| q.contains('\0')) {
        return Err(Problem::malformed("query.invalid", "q contains U+0000"));
    }
    let query = ListMembers {
        site: caller.site,
        viewer,
        q: parameters.q.filter(|q| !q.is_empty()),
        status: parameters.status,
        role: parameters.role,
        badge: parameters.badge,
        after: parameters.cursor.as_deref().map(ListMembers::place).transpose()?,
        limit: parameters.limit.get(),
    };
    state.wait_for(member_list::NAME, position).await?;
    Ok(Json(member_list::list(state.database.pool(), &query).await?))
}
