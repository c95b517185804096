//! `GET /v1/sites`: ListSites.

use axum::Json;
use axum::extract::State;
use causerie_projections::member_list::{self, ListSites, SitePage};

use crate::caller::Operator;
use crate::codes;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Paging;
use crate::state::AppState;

pub(crate) const LIST_SITES: Doc = Doc::new("ListSites", "All sites by id, including closed ones.")
    .more("By an operator. With a token for one site, only that site.")
    .refuses(&[&[codes::CURSOR_INVALID]]);

pub(crate) async fn list_sites(
    State(state): State<AppState>,
    operator: Operator,
    MinPosition(position): MinPosition,
    Query(paging): Query<Paging>,
) -> Result<Json<SitePage>, Problem> {
    let query = ListSites {
        only: operator.only,
        after: paging.cursor.as_deref().map(ListSites::place).transpose()?,
        limit: paging.limit.get(),
    };
    state.wait_for(member_list::NAME, position).await?;
    Ok(Json(member_list::list_sites(state.database.pool(), &query).await?))
}
