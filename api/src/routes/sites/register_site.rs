//! `PUT /v1/sites/{site}`: RegisterSite.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::SiteName;
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::RegisterSite;
use crate::problem::Problem;
use crate::request::Json;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    name: String,
    locale: String,
    #[serde(default)]
    allowed_origins: Vec<String>,
}

pub(crate) async fn register_site(
    State(state): State<AppState>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    let register = RegisterSite {
        site: caller.site.clone(),
        name: SiteName::parse(request.name).map_err(|error| Problem::from(error).at("/name"))?,
        locale: request.locale,
        allowed_origins: request.allowed_origins,
    };
    let receipt = state.commands.execute(caller.sender(), register).await?;
    Ok(super::answer(StatusCode::CREATED, caller.site, receipt))
}
