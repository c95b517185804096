//! `GET /v1/sites/{site}/groups`: ListGroups, for the owner of the site. Nothing that is said in them.

use axum::Json;
use axum::extract::State;
use causerie_domain::permission::permit_list_groups;
use causerie_projections::conversation_list::{self, GroupsPage};

use crate::caller::Caller;
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Paging;
use crate::state::AppState;

pub(crate) const LIST_GROUPS: Doc =
    Doc::new("ListGroups", "The open groups of the site, the newest first. By the owner.")
        .more(
            "How each is set up and who its admins are, and nothing that is said in it. Deleted groups are not listed.",
        )
        .refuses(&[STANDING, &[codes::SITE_OWNER_ONLY, codes::CURSOR_INVALID]]);

pub(crate) async fn list_groups(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(paging): Query<Paging>,
) -> Result<Json<GroupsPage>, Problem> {
    let after = paging.cursor.as_deref().map(GroupsPage::place).transpose()?;
    permit_list_groups(&caller.reader(&state).await?).map_err(CommandError::refused)?;
    state.wait_for(conversation_list::NAME, position).await?;
    let pool = state.database.pool();
    Ok(Json(conversation_list::groups(pool, &caller.site, after, paging.limit.get()).await?))
}
