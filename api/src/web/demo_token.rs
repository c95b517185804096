//! `GET /demo/token`: lets a visitor of the demo act as any of its members. On a real site, the
//! server of the site issues the tokens of its logged-in users.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::Role;
use causerie_events::AddressableMemberId;
use serde::Deserialize;
use serde_json::json;

use crate::auth::SiteClaim;
use crate::codes;
use crate::demo;
use crate::problem::Problem;
use crate::request::Query;
use crate::state::AppState;

/// The page requests a new token before this one expires.
const DEMO_TOKEN_LIFETIME: Duration = Duration::from_mins(15);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DemoTokenQuery {
    member: AddressableMemberId,
    name: Option<String>,
    role: Option<Role>,
}

pub(super) async fn demo_token(
    State(state): State<AppState>,
    Query(query): Query<DemoTokenQuery>,
) -> Result<impl IntoResponse, Problem> {
    let role = query.role.unwrap_or(Role::Member);
    if !state.demo || role == Role::Operator {
        return Err(Problem::new(codes::ROUTE_NOT_FOUND, "the demo is part of `causerie dev` only"));
    }
    let site = SiteClaim::One(demo::demo_site()?);
    let token =
        state.tokens.sign(&query.member.member(), &site, role, query.name, DEMO_TOKEN_LIFETIME).map_err(|error| {
            tracing::error!(%error, "failed to sign a demo token; the request fails");
            Problem::new(codes::SERVICE_UNAVAILABLE, "cannot sign a token")
        })?;
    Ok(Json(json!({ "token": token })))
}
