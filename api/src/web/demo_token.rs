//! `GET /demo/token`: lets a visitor of the demo be any of its members. A real site's own server does this, for whoever is
//! logged in there.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_domain::Role;
use causerie_events::AddressableMemberId;
use serde::Deserialize;
use serde_json::json;

use crate::auth::SiteClaim;
use crate::demo;
use crate::problem::Problem;
use crate::request::Query;
use crate::state::AppState;

/// Long enough for a visit; the page asks again.
const HOLDS: Duration = Duration::from_mins(15);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    member: AddressableMemberId,
    name: Option<String>,
    role: Option<Role>,
}

pub(super) async fn give_demo_token(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
) -> Result<impl IntoResponse, Problem> {
    let role = asked.role.unwrap_or(Role::Member);
    if !state.demo || role == Role::Operator {
        return Err(Problem::new(StatusCode::NOT_FOUND, "route.not_found", "the demo is part of `causerie dev` only"));
    }
    let site = SiteClaim::One(demo::site()?);
    let token = state.tokens.sign(&asked.member.member(), &site, role, asked.name, HOLDS).map_err(|error| {
        tracing::error!(%error, "a token of the demo could not be signed");
        Problem::unavailable("service.unavailable", "no token could be signed")
    })?;
    Ok(Json(json!({ "token": token })))
}
