//! `GET /v1/sites/{site}/member-counts`: CountMembers, for owner, staff and operator.

use axum::Json;
use axum::extract::State;
use causerie_domain::MemberError;
use causerie_projections::member_list::{self, MemberCounts, Viewer};

use crate::caller::{Caller, viewer};
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::MinPosition;
use crate::state::AppState;

pub(crate) const COUNT_MEMBERS: Doc =
    Doc::new("CountMembers", "The number of members by status, role and badge. By owner, staff and operator.")
        .more("Removed members do not count.")
        .refuses(&[STANDING, &[codes::MEMBER_STAFF_ONLY]]);

pub(crate) async fn count_members(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
) -> Result<Json<MemberCounts>, Problem> {
    if viewer(&caller.reader(&state).await?) != Viewer::Staff {
        return Err(CommandError::refused(MemberError::StaffOnly).into());
    }
    state.wait_for(member_list::NAME, position).await?;
    Ok(Json(member_list::count(state.database.pool(), &caller.site).await?))
}
