//! The pages, under a policy that lets nothing in from elsewhere.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Redirect, Response};

use super::files::page;
use crate::problem::Problem;
use crate::state::AppState;

/// Everything from here, nothing inline, and no string becomes code.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
     font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
     require-trusted-types-for 'script'; trusted-types lit-html",
);

/// Where a visitor of the bare address wants to go.
pub(super) async fn front(State(state): State<AppState>) -> Redirect {
    Redirect::temporary(if state.demo { "/demo" } else { "/dashboard" })
}

/// For owner and staff.
pub(super) async fn dashboard(headers: HeaderMap) -> Result<Response, Problem> {
    page("dashboard/index.html", &headers, POLICY)
}

/// A plausible site with the box on it, where there is a demo.
pub(super) async fn demo(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    if state.demo {
        page("demo/index.html", &headers, POLICY)
    } else {
        Err(Problem::new(StatusCode::NOT_FOUND, "route.not_found", "the demo is part of `causerie dev` only"))
    }
}
