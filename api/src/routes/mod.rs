//! Every route of the service. One file per endpoint, under its resource.

mod answer;
mod conversations;
mod events;
mod health;
mod members;
mod messages;
mod metrics;
mod paging;
mod sites;
mod stream;
mod stream_tickets;

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, patch, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::edge;
use crate::observe;
use crate::problem::write_problems;
use crate::request::identify;
use crate::state::AppState;
use crate::web;

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
        .route("/settings", patch(sites::change_settings))
        .route("/groups/{conversation}", put(conversations::create_group))
        .route("/direct/{member}", put(conversations::start_direct_conversation))
        .route("/business/{member}", put(conversations::start_business_conversation))
        .route("/conversations", get(conversations::list_conversations))
        .nest("/members", member_routes())
        .nest("/conversations/{conversation}", conversation_routes())
        .route("/events", get(events::replay_events))
        .route("/stream", get(stream::stream))
        .route("/stream/tickets", post(stream_tickets::give_stream_ticket));
    Router::new()
        // `nest` would leave the site itself only with a trailing slash.
        .merge(nested("/v1/sites/{site}", site))
        .merge(web::routes())
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(edge::revalidate))
        .layer(from_fn_with_state(state.gate.clone(), edge::let_in))
        .layer(from_fn(write_problems))
        .layer(TraceLayer::new_for_http().make_span_with(observe::span_of))
        .layer(from_fn(identify))
        .layer(from_fn(observe::count))
        .layer(edge::compression())
        .layer(edge::cors(state.commands.clone()))
        .layer(from_fn(edge::secure))
        .with_state(state)
}

fn member_routes() -> Router<AppState> {
    Router::new()
        .route("/", get(members::list_members))
        .route("/{member}", put(members::register_member).get(members::get_member).delete(members::remove_member))
        .route("/{member}/approve", post(members::approve_member))
        .route("/{member}/block", post(members::block_member))
        .route("/{member}/unblock", post(members::unblock_member))
        .route("/{member}/mute", post(members::mute_member))
        .route("/{member}/unmute", post(members::unmute_member))
        .route("/{member}/roles/{role}", put(members::assign_role).delete(members::unassign_role))
        .route("/{member}/badges/{badge}", put(members::assign_badge).delete(members::unassign_badge))
        .route("/{member}/community", put(members::join_community).delete(members::leave_community))
        .route("/me/blocks", get(members::list_blocked_contacts))
        .route("/me/blocks/{member}", put(members::block_contact).delete(members::unblock_contact))
}

fn conversation_routes() -> Router<AppState> {
    Router::new()
        .route(
            "/",
            get(conversations::get_conversation).patch(conversations::change_group).delete(conversations::delete_group),
        )
        .route("/participants", get(conversations::list_participants))
        .route("/participants/{member}", put(conversations::add_participant).delete(conversations::remove_participant))
        .route("/participants/{member}/admin", put(conversations::grant_admin).delete(conversations::revoke_admin))
        .route("/read-marker", put(conversations::mark_read))
        .route("/preferences", patch(conversations::change_preferences))
        .route("/typing", post(conversations::show_typing))
        .route("/messages", get(messages::list_messages))
        .route(
            "/messages/{message}",
            put(messages::send_message).patch(messages::edit_message).delete(messages::delete_message),
        )
        .route("/messages/{message}/reactions/{emoji}", put(messages::add_reaction).delete(messages::remove_reaction))
}

fn nested(prefix: &str, routes: Router<AppState>) -> Router<AppState> {
    Router::new().nest(prefix, routes)
}
