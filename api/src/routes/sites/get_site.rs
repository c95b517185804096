//! `GET /v1/sites/{site}`: GetSite. Answered from the log itself, so it always shows the last write.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use causerie_domain::site::SiteError;

use super::SiteView;
use crate::auth::Caller;
use crate::commands::CommandError;
use crate::problem::Problem;
use crate::state::AppState;

pub(crate) async fn get_site(State(state): State<AppState>, caller: Caller) -> Result<impl IntoResponse, Problem> {
    let site = state.commands.site_now(&caller.site).await?;
    caller.reader(&state).await?;
    let view =
        SiteView::of(caller.site, site.aggregate.clone()).ok_or_else(|| CommandError::refused(SiteError::NotFound))?;
    Ok(([(header::ETAG, format!("\"{}\"", site.version))], Json(view)))
}
