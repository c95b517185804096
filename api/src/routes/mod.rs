//! Every route of the service. One file per endpoint, under its resource: what it takes, what it says of itself (its `Doc`),
//! what it does.

mod answer;
mod conversations;
mod documents;
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

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, patch_with, post_with, put_with};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use serde_json::Value;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::edge;
use crate::images::MAX_UPLOAD_BYTES;
use crate::observe::{self, Monitor};
use crate::openapi::{Documents, documented};
use crate::state::AppState;
use crate::web;

/// The largest body but an image: far above the longest text in the longest encoding.
pub(crate) const MAX_BODY: usize = 64 * 1024;
/// How long a request may take. A stream's answer starts within it, and then goes on.
const MAX_TIME: Duration = Duration::from_secs(15);

/// All routes, for requests that the [`edge::Front`] has admitted.
pub fn router(state: AppState) -> Router {
    let (routes, _) = documented(routes);
    // From the outermost inwards. In one go: each call of `Router::layer` would put every route into one more box.
    let layers = ServiceBuilder::new()
        .map_response(edge::secure)
        .layer(edge::cors(&state))
        .layer(from_fn(edge::envelope))
        .layer(edge::compression())
        .layer(TraceLayer::new_for_http().make_span_with(observe::request_span).on_failure(observe::log_failure))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME))
        .layer(from_fn_with_state(state.queries.clone(), edge::query));
    routes.merge(web::routes()).layer(layers).with_state(state)
}

/// What the port for health serves, in a process of any role.
pub fn health_router(monitor: Monitor) -> Router {
    let layers = ServiceBuilder::new()
        .map_response(edge::secure)
        .layer(from_fn(edge::envelope))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, MAX_TIME));
    Router::new()
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics_of))
        .layer(layers)
        .with_state(monitor)
}

/// The OpenAPI document of the routes.
pub(crate) fn document() -> Value {
    documented(routes).1
}

/// All documents of the contract.
pub(crate) fn documents() -> &'static Documents {
    &documents::DOCUMENTS
}

pub(crate) fn routes() -> ApiRouter<AppState> {
    let of_a_site = ApiRouter::new()
        .merge(tagged("Sites", site_routes()))
        .merge(tagged("Members", member_routes()))
        .merge(tagged("Conversations", conversation_routes()))
        .merge(tagged("Messages", message_routes()))
        .merge(tagged("Live", live_routes()))
        .merge(tagged("Log", log_routes()));
    let of_all_sites = ApiRouter::new().api_route("/v1/sites", get_with(sites::list_sites, sites::LIST_SITES.write()));
    ApiRouter::new()
        .merge(tagged("Sites", of_all_sites))
        .nest("/v1/sites/{site}", of_a_site)
        .merge(tagged("Service", service_routes()))
}

fn tagged(tag: &str, routes: ApiRouter<AppState>) -> ApiRouter<AppState> {
    routes.with_path_items(|item| item.tag(tag))
}

fn site_routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route(
            "/",
            put_with(sites::register_site, sites::REGISTER_SITE.write())
                .get_with(sites::get_site, sites::GET_SITE.write())
                .patch_with(sites::change_site, sites::CHANGE_SITE.write()),
        )
        .api_route("/close", post_with(sites::close_site, sites::CLOSE_SITE.write()))
        .api_route("/reopen", post_with(sites::reopen_site, sites::REOPEN_SITE.write()))
        .api_route("/member-chat/enable", post_with(sites::enable_member_chat, sites::ENABLE_MEMBER_CHAT.write()))
        .api_route("/member-chat/disable", post_with(sites::disable_member_chat, sites::DISABLE_MEMBER_CHAT.write()))
        .api_route("/settings", patch_with(sites::change_settings, sites::CHANGE_SETTINGS.write()))
}

fn member_routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/members", get_with(members::list_members, members::LIST_MEMBERS.write()))
        .api_route(
            "/members/{member}",
            put_with(members::register_member, members::REGISTER_MEMBER.write())
                .get_with(members::get_member, members::GET_MEMBER.write())
                .patch_with(members::change_member, members::CHANGE_MEMBER.write())
                .delete_with(members::remove_member, members::REMOVE_MEMBER.write()),
        )
        .api_route("/members/{member}/approve", post_with(members::approve_member, members::APPROVE_MEMBER.write()))
        .api_route("/members/{member}/block", post_with(members::block_member, members::BLOCK_MEMBER.write()))
        .api_route("/members/{member}/unblock", post_with(members::unblock_member, members::UNBLOCK_MEMBER.write()))
        .api_route("/members/{member}/mute", post_with(members::mute_member, members::MUTE_MEMBER.write()))
        .api_route("/members/{member}/unmute", post_with(members::unmute_member, members::UNMUTE_MEMBER.write()))
        .api_route(
            "/members/{member}/roles/{role}",
            put_with(members::assign_role, members::ASSIGN_ROLE.write())
                .delete_with(members::unassign_role, members::UNASSIGN_ROLE.write()),
        )
        .api_route(
            "/members/{member}/badges/{badge}",
            put_with(members::assign_badge, members::ASSIGN_BADGE.write())
                .delete_with(members::unassign_badge, members::UNASSIGN_BADGE.write()),
        )
        .api_route(
            "/members/{member}/community",
            put_with(members::join_community, members::JOIN_COMMUNITY.write())
                .delete_with(members::leave_community, members::LEAVE_COMMUNITY.write()),
        )
        .api_route(
            "/members/me/blocks",
            get_with(members::list_blocked_contacts, members::LIST_BLOCKED_CONTACTS.write()),
        )
        .api_route(
            "/members/me/blocks/{member}",
            put_with(members::block_contact, members::BLOCK_CONTACT.write())
                .delete_with(members::unblock_contact, members::UNBLOCK_CONTACT.write()),
        )
}

fn conversation_routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/groups", get_with(conversations::list_groups, conversations::LIST_GROUPS.write()))
        .api_route("/groups/{conversation}", put_with(conversations::create_group, conversations::CREATE_GROUP.write()))
        .api_route(
            "/direct/{member}",
            put_with(conversations::start_direct_conversation, conversations::START_DIRECT_CONVERSATION.write()),
        )
        .api_route(
            "/business/{member}",
            put_with(conversations::start_business_conversation, conversations::START_BUSINESS_CONVERSATION.write()),
        )
        .api_route(
            "/conversations",
            get_with(conversations::list_conversations, conversations::LIST_CONVERSATIONS.write()),
        )
        .api_route(
            "/conversations/{conversation}",
            get_with(conversations::get_conversation, conversations::GET_CONVERSATION.write())
                .patch_with(conversations::change_group, conversations::CHANGE_GROUP.write())
                .delete_with(conversations::delete_group, conversations::DELETE_GROUP.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants",
            get_with(conversations::list_participants, conversations::LIST_PARTICIPANTS.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants/{member}",
            put_with(conversations::add_participant, conversations::ADD_PARTICIPANT.write())
                .delete_with(conversations::remove_participant, conversations::REMOVE_PARTICIPANT.write()),
        )
        .api_route(
            "/conversations/{conversation}/participants/{member}/admin",
            put_with(conversations::grant_admin, conversations::GRANT_ADMIN.write())
                .delete_with(conversations::revoke_admin, conversations::REVOKE_ADMIN.write()),
        )
        .api_route(
            "/conversations/{conversation}/image",
            put_with(conversations::change_group_image, conversations::CHANGE_GROUP_IMAGE.write())
                .layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES))
                .delete_with(conversations::remove_group_image, conversations::REMOVE_GROUP_IMAGE.write()),
        )
        .api_route(
            "/conversations/{conversation}/image/{image}",
            get_with(conversations::get_group_image, conversations::GET_GROUP_IMAGE.write()),
        )
        .api_route(
            "/conversations/{conversation}/read-marker",
            put_with(conversations::mark_read, conversations::MARK_READ.write()),
        )
        .api_route(
            "/conversations/{conversation}/preferences",
            patch_with(conversations::change_preferences, conversations::CHANGE_PREFERENCES.write()),
        )
        .api_route(
            "/conversations/{conversation}/typing",
            post_with(conversations::show_typing, conversations::SHOW_TYPING.write()),
        )
}

fn message_routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route(
            "/conversations/{conversation}/messages",
            get_with(messages::list_messages, messages::LIST_MESSAGES.write()),
        )
        .api_route(
            "/conversations/{conversation}/messages/{message}",
            put_with(messages::send_message, messages::SEND_MESSAGE.write())
                .patch_with(messages::edit_message, messages::EDIT_MESSAGE.write())
                .delete_with(messages::delete_message, messages::DELETE_MESSAGE.write()),
        )
        .api_route(
            "/conversations/{conversation}/messages/{message}/reactions/{emoji}",
            put_with(messages::add_reaction, messages::ADD_REACTION.write())
                .delete_with(messages::remove_reaction, messages::REMOVE_REACTION.write()),
        )
}

fn live_routes() -> ApiRouter<AppState> {
    ApiRouter::new().api_route("/stream", get_with(stream::stream, stream::STREAM.write())).api_route(
        "/stream/tickets",
        post_with(stream_tickets::give_stream_ticket, stream_tickets::GIVE_STREAM_TICKET.write()),
    )
}

fn log_routes() -> ApiRouter<AppState> {
    ApiRouter::new().api_route("/events", get_with(events::replay_events, events::REPLAY_EVENTS.write()))
}

fn service_routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/livez", get_with(health::livez, health::LIVEZ.write()))
        .api_route("/readyz", get_with(health::readyz, health::READYZ.write()))
        .api_route("/metrics", get_with(metrics::metrics, metrics::METRICS.write()))
        .api_route("/openapi.json", get_with(documents::openapi, documents::GET_OPENAPI.write()))
        .api_route("/asyncapi.json", get_with(documents::asyncapi, documents::GET_ASYNCAPI.write()))
        .api_route("/schemas/{schema}", get_with(documents::schema, documents::GET_SCHEMA.write()))
        .api_route("/docs", get_with(documents::docs, documents::GET_DOCS.write()))
        .api_route("/docs/search.js", get_with(documents::search, documents::GET_SEARCH.write()))
        .api_route("/problems/{code}", get_with(documents::problem_type, documents::GET_PROBLEM_TYPE.write()))
        .api_route("/docs/style.css", get_with(documents::style, documents::GET_STYLE.write()))
}
