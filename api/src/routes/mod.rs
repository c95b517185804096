//! Every route of the service. One file per endpoint, under its resource.

mod answer;
mod conversations;
mod health;
mod members;
mod messages;
mod paging;
mod sites;
mod stream;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::problem::write_problems;
use crate::request::identify;
use crate::state::AppState;

/// The largest body: far above the longest text in the longest encoding.
const MAX_BODY: usize = 64 * 1024;
/// How long a request may take. A stream's answer starts within it, and then goes on.
const MAX_TIME: Duration = Duration::from_secs(15);

/// All routes.
pub fn router(state: AppState) -> Router {
    let site = Router::new()
        .route("/", put(sites::register_site).get(sites::get_site))
        .route("/member-chat/enable", post(sites::enable_member_chat))
        .route("/member-chat/disable", post(sites::disable_member_chat))
        .route("/members", get(members::list_members))
        .route("/members/{member}", put(members::register_member))
        .route("/members/{member}/block", post(members::block_member))
        .route("/members/{member}/unblock", post(members::unblock_member))
        .route("/groups/{conversation}", put(conversations::create_group))
        .route("/conversations", get(conversations::list_conversations))
        .route(
            "/conversations/{conversation}/participants/{member}",
            put(conversations::add_participant).delete(conversations::remove_participant),
        )
        .route("/conversations/{conversation}/messages", get(messages::list_messages))
        .route("/conversations/{conversation}/messages/{message}", put(messages::send_message))
        .route("/stream", get(stream::stream));
    Router::new()
        // `nest` would leave the site itself only with a trailing slash.
        .merge(nested("/v1/sites/{site}", site))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(write_problems))
        .layer(from_fn(identify))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

fn nested(prefix: &str, routes: Router<AppState>) -> Router<AppState> {
    Router::new().nest(prefix, routes)
}
