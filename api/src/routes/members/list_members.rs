//! `GET /v1/sites/{site}/members`: ListMembers. Members see the roster; owner, staff and operator see all members with all fields.

use axum::Json;
use axum::extract::State;
use causerie_events::Label;
use causerie_projections::member_list::{self, ListMembers, MemberStatus};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::{Caller, viewer};
use crate::codes;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListMembersParameters {
    /// Words of the name in any order. Case, accents, apostrophes and hyphens are ignored. For owner, staff and operator, also
    /// the beginning of an id.
    q: Option<String>,
    /// Only members of this status. Removed members are listed only with `removed`.
    status: Option<MemberStatus>,
    /// Only members with this role.
    role: Option<Label>,
    /// Only members with this badge.
    badge: Option<Label>,
    /// The `next` of the previous page.
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) const LIST_MEMBERS: Doc = Doc::new("ListMembers", "Members by name.")
    .more("Members see the roster: the active members of the community, while member chat is on. Owner, staff and operator see all.")
    .refuses(&[STANDING, &[codes::CURSOR_INVALID]]);

pub(crate) async fn list_members(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(parameters): Query<ListMembersParameters>,
) -> Result<Json<member_list::MemberPage>, Problem> {
    let viewer = viewer(&caller.reader(&state).await?);
    if parameters.q.as_ref().is_some_and(|q| q.contains('\0')) {
        return Err(Problem::new(codes::QUERY_INVALID, "q: U+0000 is not allowed").at("/q"));
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
