//! The pages, with a content security policy that allows resources of their own origin only.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Redirect, Response};

use super::files::page;
use crate::codes;
use crate::problem::Problem;
use crate::state::AppState;

/// Own origin only, nothing inline, and no code from strings.
const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
     font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; \
     require-trusted-types-for 'script'; trusted-types lit-html",
);

/// Redirects from `/`.
pub(super) async fn front(State(state): State<AppState>) -> Redirect {
    Redirect::temporary(if state.demo { "/demo" } else { "/dashboard" })
}

pub(super) async fn dashboard(headers: HeaderMap) -> Result<Response, Problem> {
    page("dashboard/index.html", &headers, CONTENT_SECURITY_POLICY)
}

/// An example site with the chat box, if the demo is enabled.
pub(super) async fn demo(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    if state.demo {
        page("demo/index.html", &headers, CONTENT_SECURITY_POLICY)
    } else {
        Err(Problem::new(codes::ROUTE_NOT_FOUND, "the demo is part of `causerie dev` only"))
    }
}
