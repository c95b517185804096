//! CORS: pages of the origins that the owner has allowed for the site of the path may call the API.
//! Tokens are sent in a header and never as cookies, so a rejected page could not have acted for a
//! member either.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, header};
use causerie_events::SiteId;
use moka::sync::Cache;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::front::{Identity, site_of};
use crate::commands::Commands;
use crate::request::MIN_POSITION;
use crate::state::AppState;

/// How long a browser may cache the response to a preflight.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_mins(10);
/// How long the absence of a site is cached.
const ABSENT_SITE_TTL: Duration = Duration::from_secs(5);
const MAX_ABSENT_SITES: u64 = 10_000;
/// Concurrent lookups of sites for clients without a token.
const MAX_ANONYMOUS_LOOKUPS: usize = 2;
/// How long such a client waits for its lookup.
const ANONYMOUS_LOOKUP_TIMEOUT: Duration = Duration::from_millis(500);
/// Rate limit cost of a lookup for a client without a token, in addition to the 1 of its request.
const ANONYMOUS_LOOKUP_COST: u32 = 9;

/// Responds to preflights, and adds the headers that let pages read responses.
pub fn cors(state: &AppState) -> CorsLayer {
    let origins = Origins::new(state.clone());
    let allowed = move |origin: HeaderValue, parts: &Parts| {
        let (origins, site) = (origins.clone(), site_of(parts.uri.path()));
        let anonymous = parts.extensions.get::<Identity>().and_then(|identity| identity.anonymous);
        let preflight = parts.method == Method::OPTIONS;
        async move {
            match (site, origin.to_str()) {
                (Some(site), Ok(origin)) => origins.allows(&site, origin, anonymous, preflight).await,
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
        .max_age(PREFLIGHT_MAX_AGE)
}

/// The allowed origins of sites. Database lookups for clients without a token are limited.
#[derive(Debug, Clone)]
struct Origins {
    state: AppState,
    absent: Cache<SiteId, ()>,
    lookups: Arc<Semaphore>,
}

impl Origins {
    fn new(state: AppState) -> Self {
        let absent = Cache::builder().max_capacity(MAX_ABSENT_SITES).time_to_live(ABSENT_SITE_TTL).build();
        Self { state, absent, lookups: Arc::new(Semaphore::new(MAX_ANONYMOUS_LOOKUPS)) }
    }

    /// Uses the cached site, so a change of its origins may take effect with a delay. Without a
    /// valid token only a preflight looks up a site that is not cached.
    async fn allows(&self, site: &SiteId, origin: &str, anonymous: Option<IpAddr>, preflight: bool) -> bool {
        if let Some(cached) = self.state.commands.cached_site(site) {
            return cached.aggregate.allows_origin(origin);
        }
        if self.absent.contains_key(site) {
            return false;
        }
        let Some(network) = anonymous else { return self.look_up(site, origin).await };
        if !preflight || self.state.limits.anonymous(network, ANONYMOUS_LOOKUP_COST).is_err() {
            return false;
        }
        match timeout(ANONYMOUS_LOOKUP_TIMEOUT, self.lookups.acquire()).await {
            Ok(Ok(_permit)) => self.look_up(site, origin).await,
            _ => false,
        }
    }

    async fn look_up(&self, site: &SiteId, origin: &str) -> bool {
        let commands: &Commands = &self.state.commands;
        match commands.site(site).await {
            Ok(found) => {
                if found.version == 0 {
                    self.absent.insert(site.clone(), ());
                }
                found.aggregate.allows_origin(origin)
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, %site, "failed to load the origins of a site; rejecting the page");
                false
            }
        }
    }
}
