//! `GET /v1/sites/{site}/groups`: ListGroups, for the owner of the site, without messages.

use axum::Json;
use axum::extract::State;
use causerie_domain::permission::permit_list_groups;
use causerie_projections::Cursor;
use causerie_projections::conversation_list::{self, GroupPage};

use crate::caller::Caller;
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Paging;
use crate::state::AppState;

pub(crate) const LIST_GROUPS: Doc = Doc::new("ListGroups", "The open groups of the site, newest first. By the owner.")
    .more("Settings and admins of each group, without messages. Deleted groups are not listed.")
    .refuses(&[STANDING, &[codes::SITE_OWNER_ONLY, codes::CURSOR_INVALID]]);

pub(crate) async fn list_groups(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(paging): Query<Paging>,
) -> Result<Json<GroupPage>, Problem> {
    let after = paging.cursor.as_deref().map(Cursor::read).transpose()?;
    permit_list_groups(&caller.reader(&state).await?).map_err(CommandError::refused)?;
    state.wait_for(conversation_list::NAME, position).await?;
    let pool = state.database.pool();
    Ok(Json(conversation_list::groups(pool, &caller.site, after, paging.limit.get()).await?))
}
