//! Which pages may call: those of the origins that the owner has allowed for the site of the path. Tokens are sent in a
//! header and never as cookies, so a page that is refused here could not have spoken for anybody either.

use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, header};
use causerie_events::SiteId;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::shed::site_of;
use crate::commands::Commands;
use crate::request::MIN_POSITION;

/// How long a browser may keep the answer to a preflight.
const REMEMBERED: Duration = Duration::from_mins(10);

/// Answers preflights, and tells a browser which pages may read the answers.
pub fn cors(commands: Commands) -> CorsLayer {
    let allowed = move |origin: HeaderValue, parts: &Parts| {
        let (commands, site) = (commands.clone(), site_of(parts.uri.path()).parse().ok());
        async move {
            match (site, origin.to_str()) {
                (Some(site), Ok(origin)) => is_allowed(&commands, &site, origin).await,
                _ => false,
            }
        }
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::async_predicate(allowed))
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static(MIN_POSITION),
            HeaderName::from_static("last-event-id"),
            HeaderName::from_static("traceparent"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            HeaderName::from_static("causerie-position"),
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
        ])
        .max_age(REMEMBERED)
}

/// A site as last seen: a change of its origins may take a moment.
async fn is_allowed(commands: &Commands, site: &SiteId, origin: &str) -> bool {
    match commands.site(site).await {
        Ok(site) => site.aggregate.allows_origin(origin),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "cannot tell which origins a site allows");
            false
        }
    }
}
