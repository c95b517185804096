//! Every route of the service. Each resource is a module with a function `routes`, and each endpoint a file with its request,
//! its documentation (`Doc`) and its handler.

mod conversations;
mod documents;
mod events;
mod health;
mod members;
mod messages;
mod metrics;
mod paging;
mod response;
mod sites;
mod stream;
mod stream_tickets;

use std::time::Duration;

use aide::axum::ApiRouter;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use serde_json::Value;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::edge::{self, QueryLimits};
use crate::observe::{self, Monitor};
use crate::openapi::{self, Documents};
use crate::state::AppState;
use crate::web;

/// Time limit of a request. For a stream it limits the time to the first byte.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// All routes, for requests that the [`edge::Front`] has admitted.
pub fn router(state: AppState, queries: QueryLimits) -> Router {
    let routes: Router<AppState> = routes().into();
    // Outermost first. One `ServiceBuilder`: each call of `Router::layer` would box every route again.
    let layers = ServiceBuilder::new()
        .map_response(edge::secure)
        .layer(edge::cors(&state))
        .layer(from_fn(edge::envelope))
        .layer(edge::compression())
        .layer(TraceLayer::new_for_http().make_span_with(observe::request_span).on_failure(observe::log_failure))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT))
        .layer(from_fn_with_state(queries, edge::query));
    routes.merge(web::routes()).layer(layers).with_state(state)
}

/// The routes of the health port, in a process of any role.
pub fn health_router(monitor: Monitor) -> Router {
    let layers = ServiceBuilder::new()
        .map_response(edge::secure)
        .layer(from_fn(edge::envelope))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIMEOUT));
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics_of))
        .layer(layers)
        .with_state(monitor)
}

pub(crate) fn document() -> Value {
    openapi::document_of(routes)
}

pub(crate) fn documents() -> &'static Documents {
    &documents::DOCUMENTS
}

pub(crate) fn routes() -> ApiRouter<AppState> {
    let site_routes = ApiRouter::new()
        .merge(sites::routes())
        .merge(members::routes())
        .merge(conversations::routes())
        .merge(messages::routes())
        .merge(stream::routes())
        .merge(stream_tickets::routes())
        .merge(events::routes());
    ApiRouter::new()
        .merge(sites::routes_of_all_sites())
        .nest("/v1/sites/{site}", site_routes)
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(documents::routes())
}
