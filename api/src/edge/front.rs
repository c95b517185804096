//! Checks every request before its route, in this order: authentication, the rate limit of
//! addresses without a valid token, the body, and admission among the requests in progress
//! (docs/adr/0021). A request that is rejected here runs no layers and no database queries.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, Version, header};
use axum::response::Response;
use bytes::Bytes;
use causerie_events::SiteId;
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use tower::ServiceExt;

use super::body::RequestBody;
use super::budget::{Budget, BudgetLimits};
use super::headers::secure;
use super::principal::Principal;
use super::serve::Respond;
use super::shed::{Gate, RequestPermit};
use super::stall::track_progress;
use crate::address::{TrustedProxies, network_of};
use crate::caller::Authentication;
use crate::codes;
use crate::config::Config;
use crate::images::MAX_UPLOAD_BYTES;
use crate::problem::Problem;
use crate::request::{MAX_BODY, RefusedBody, trace_id_of};
use crate::state::AppState;

/// Concurrent bodies that do not arrive promptly: at most 64 MiB in total.
const SLOW_BODY_LIMITS: BudgetLimits = BudgetLimits { caller: 16, site: 256, all: 1_024 };
/// Images that are read or decoded at once, each of at most [`MAX_UPLOAD_BYTES`] bytes.
const UPLOAD_LIMITS: BudgetLimits = BudgetLimits { caller: 2, site: 8, all: 16 };
/// Rate limit cost of a request with an invalid token. A request without a token costs 1.
const INVALID_TOKEN_COST: u32 = 10;

/// Admits requests and passes them to the routes.
#[derive(Debug)]
pub struct Front {
    proxies: TrustedProxies,
    gate: Gate,
    slow_bodies: Budget,
    uploads: Budget,
    state: AppState,
    routes: Router,
}

/// The sender of a request, for later layers and routes.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) principal: Principal,
    /// The network of a client without a valid token.
    pub(super) anonymous: Option<IpAddr>,
}

/// The permit of an upload, released before the slow reading of the body.
#[derive(Debug, Clone)]
pub struct UploadPermit(Arc<Mutex<Option<RequestPermit>>>);

impl UploadPermit {
    pub fn release(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Front {
    #[must_use]
    pub fn new(config: &Config, state: AppState, routes: Router) -> Self {
        let caller_sustained = usize::try_from(config.limits.requests_in_progress).unwrap_or(usize::MAX);
        Self {
            proxies: config.server.trusted_proxies.clone(),
            gate: Gate::new(config.server.max_requests, caller_sustained),
            slow_bodies: Budget::new("bodies", SLOW_BODY_LIMITS),
            uploads: Budget::new("uploads", UPLOAD_LIMITS),
            state,
            routes,
        }
    }

    async fn admit(
        &self,
        peer: IpAddr,
        mut parts: Parts,
        body: &mut RequestBody,
        uploads: bool,
    ) -> Result<Response, Problem> {
        require_host(&parts)?;
        // Monitoring needs a response during overload too.
        if ["/livez", "/readyz", "/metrics"].contains(&parts.uri.path()) {
            return Ok(self.route(parts, Body::empty()).await);
        }
        let (identity, verified) = self.identify(peer, &mut parts).await?;
        let principal = identity.principal;
        parts.extensions.insert(identity);
        if uploads && verified {
            let share = self.uploads.acquire(principal, 1)?;
            let permit = UploadPermit(Arc::new(Mutex::new(Some(self.gate.admit(principal)?))));
            parts.extensions.insert(permit.clone());
            let response = self.route(parts, body.lend()).await;
            permit.release();
            drop(share);
            return Ok(response);
        }
        // A request without a valid token will be rejected, so its body is not read.
        let bytes = if verified { body.read(principal, &self.slow_bodies).await } else { Ok(Bytes::new()) };
        let bytes = bytes.unwrap_or_else(|problem| {
            parts.extensions.insert(RefusedBody(problem));
            Bytes::new()
        });
        let permit = self.gate.admit(principal)?;
        let response = self.route(parts, Body::from(bytes)).await;
        // The response of a stream returns here when it begins, so an open stream holds no permit.
        drop(permit);
        Ok(response)
    }

    /// Identifies the sender. The flag says whether the token or ticket is valid.
    async fn identify(&self, peer: IpAddr, parts: &mut Parts) -> Result<(Identity, bool), Problem> {
        let authentication = Authentication::of(parts, &self.state).await;
        let principal = match &authentication {
            Authentication::Token(claims) => Some(Principal::bearer(claims, site_of(parts.uri.path()).as_ref())),
            Authentication::Ticket(site, member) => Some(Principal::member(site, member)),
            Authentication::Missing | Authentication::Invalid(_) => None,
        };
        let cost = if matches!(authentication, Authentication::Invalid(_)) { INVALID_TOKEN_COST } else { 1 };
        parts.extensions.insert(authentication);
        if let Some(principal) = principal {
            return Ok((Identity { principal, anonymous: None }, true));
        }
        let network = network_of(self.proxies.client_of(peer, &parts.headers));
        self.state.limits.anonymous(network, cost)?;
        Ok((Identity { principal: Principal::anonymous(network), anonymous: Some(network) }, false))
    }

    async fn route(&self, parts: Parts, body: Body) -> Response {
        let Ok(response) = self.routes.clone().oneshot(Request::from_parts(parts, body)).await;
        response
    }
}

impl Respond for Front {
    fn is_trusted_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.contains(peer.to_canonical())
    }

    async fn respond(&self, peer: IpAddr, request: Request<Incoming>) -> Response {
        let has_connection = request.version() < Version::HTTP_2;
        let (parts, incoming) = request.into_parts();
        let uploads = is_upload(&parts);
        let mut body = RequestBody::new(incoming, &parts.headers, if uploads { MAX_UPLOAD_BYTES } else { MAX_BODY });
        let trace_id = trace_id_of(&parts.headers);
        let mut response = match self.admit(peer, parts, &mut body, uploads).await {
            Ok(response) => response,
            Err(problem) => rejection_response(&problem, &trace_id),
        };
        if has_connection && body.ends_connection() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        track_progress(response)
    }
}

/// Any page may read it: it contains no data of a site.
fn rejection_response(problem: &Problem, trace_id: &str) -> Response {
    let mut response = problem.write(trace_id);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    secure(response)
}

/// HTTP/1.1 requires exactly one `Host` (RFC 9112, 3.2).
fn require_host(parts: &Parts) -> Result<(), Problem> {
    let hosts = parts.headers.get_all(header::HOST).iter().count();
    let invalid = |host: &HeaderValue| !host.is_empty() && Authority::try_from(host.as_bytes()).is_err();
    if hosts > 1
        || parts.headers.get(header::HOST).is_some_and(invalid)
        || (hosts == 0 && parts.version == Version::HTTP_11)
    {
        return Err(Problem::new(codes::REQUEST_INVALID, "send exactly one Host header"));
    }
    Ok(())
}

/// The site that a path names, decoded as the routes decode it.
pub(super) fn site_of(path: &str) -> Option<SiteId> {
    let below = path.strip_prefix("/v1/sites/")?;
    percent_decode_str(below.split('/').next()?).decode_utf8().ok()?.parse().ok()
}

/// Whether the route reads the body itself. Routes match the path as sent.
fn is_upload(parts: &Parts) -> bool {
    let path = parts.uri.path();
    parts.method == Method::PUT && path.starts_with("/v1/sites/") && path.ends_with("/image")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_of_a_path_does_not_depend_on_its_encoding() {
        for (path, site) in [
            ("/v1/sites/acme/stream", Some("acme")),
            ("/v1/sites/acme", Some("acme")),
            ("/v1/sites/%61cm%65/stream", Some("acme")),
            ("/v1/sites/%2e%2e/stream", None),
            ("/v1/sites/", None),
            ("/docs", None),
            ("/", None),
        ] {
            assert_eq!(site_of(path).as_ref().map(SiteId::as_str), site, "{path}");
        }
    }
}
