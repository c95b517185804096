//! Which pages may call: those of the origins that the owner has allowed for the site of the path. Tokens are sent in a
//! header and never as cookies, so a page that is refused here could not have acted for a member either.

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
const PREFLIGHT_AGE: Duration = Duration::from_mins(10);
/// How long a site that is not registered is remembered as such.
const ABSENT_TIME: Duration = Duration::from_secs(5);
/// How many of them.
const MAX_ABSENT: u64 = 10_000;
/// Sites that are looked up at once for clients without a token.
const ANONYMOUS_LOOKUPS: usize = 2;
/// How long such a client waits for its turn.
const LOOKUP_PATIENCE: Duration = Duration::from_millis(500);
/// What a lookup costs a client without a token, beside the 1 of its request.
const LOOKUP_COST: u32 = 9;

/// Answers preflights, and says to a browser which pages may read the responses.
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
        .max_age(PREFLIGHT_AGE)
}

/// The origins of sites. What a client without a token may cost the database is bounded.
#[derive(Debug, Clone)]
struct Origins {
    state: AppState,
    absent: Cache<SiteId, ()>,
    lookups: Arc<Semaphore>,
}

impl Origins {
    fn new(state: AppState) -> Self {
        let absent = Cache::builder().max_capacity(MAX_ABSENT).time_to_live(ABSENT_TIME).build();
        Self { state, absent, lookups: Arc::new(Semaphore::new(ANONYMOUS_LOOKUPS)) }
    }

    /// Of a site as last seen: a change of its origins may take a moment. Without a valid token only a preflight looks up
    /// what is not cached.
    async fn allows(&self, site: &SiteId, origin: &str, anonymous: Option<IpAddr>, preflight: bool) -> bool {
        if let Some(cached) = self.state.commands.cached_site(site) {
            return cached.aggregate.allows_origin(origin);
        }
        if self.absent.contains_key(site) {
            return false;
        }
        let Some(network) = anonymous else { return self.look_up(site, origin).await };
        if !preflight || self.state.limits.anonymous(network, LOOKUP_COST).is_err() {
            return false;
        }
        match timeout(LOOKUP_PATIENCE, self.lookups.acquire()).await {
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
                tracing::warn!(error, "the origins of a site could not be read; the page is refused");
                false
            }
        }
    }
}
