//! `GET /v1/sites/{site}/members/{member}`: GetMember. A member whom the caller may not see is not found.

use axum::Json;
use axum::extract::State;
use causerie_domain::MemberError;
use causerie_projections::member_list::{self, MemberView};

use crate::caller::{Caller, viewer};
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Path};
use crate::state::AppState;
use crate::views::full_member_view;

pub(crate) const GET_MEMBER: Doc = Doc::new("GetMember", "A member, as the caller sees them.")
    .more("Owner, staff and the member also see `status`, `community` and `muted`.")
    .refuses(&[STANDING, &[codes::MEMBER_NOT_FOUND]]);

pub(crate) async fn get_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
    MinPosition(position): MinPosition,
) -> Result<Json<MemberView>, Problem> {
    let member = caller.named(&member)?;
    let actor = caller.reader(&state).await?;
    let view = if member == actor.member {
        // From the log, so that a member finds themselves at the first visit.
        full_member_view(&member, &state.commands.member_now(&caller.site, &member).await?.aggregate)
    } else {
        state.wait_for(member_list::NAME, position).await?;
        member_list::get(state.database.pool(), &caller.site, &viewer(&actor), &member).await?
    };
    Ok(Json(view.ok_or_else(|| CommandError::refused(MemberError::NotFound))?))
}
