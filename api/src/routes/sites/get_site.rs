//! `GET /v1/sites/{site}`: GetSite. Read from the log, so it always shows the last write.

use axum::extract::State;
use causerie_domain::SiteError;

use super::SiteView;
use crate::caller::Caller;
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::routes::response::VersionedJson;
use crate::state::AppState;

pub(crate) const GET_SITE: Doc = Doc::new("GetSite", "The site and its settings, as of the last write.")
    .refuses(&[STANDING, &[codes::SITE_NOT_FOUND]]);

pub(crate) async fn get_site(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<VersionedJson<SiteView>, Problem> {
    let site = state.commands.site_now(&caller.site).await?;
    caller.reader(&state).await?;
    let view =
        SiteView::of(caller.site, site.aggregate.clone()).ok_or_else(|| CommandError::refused(SiteError::NotFound))?;
    Ok(VersionedJson { resource: view, version: site.version })
}
