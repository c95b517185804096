//! The layer for queries: query slots, revalidation by `ETag`, and limits on unread bytes.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Body as _;

use super::body::with_share;
use super::budget::{Budget, BudgetLimits};
use super::conditional::revalidate;
use super::front::{Identity, site_of};
use super::principal::Principal;
use super::queue::QueryQueue;

/// Bytes of responses that clients have not read yet. The limit of a caller is a multiple of the
/// largest page (`MAX_PAGE_BYTES`), so that a slow client can still send several requests at once.
const UNREAD_LIMITS: BudgetLimits = BudgetLimits { caller: 8 * MIB, site: 64 * MIB, all: 256 * MIB };
const MIB: usize = 1024 * 1024;

/// Limits on queries. Clones share them.
#[derive(Debug, Clone)]
pub struct QueryLimits {
    queue: QueryQueue,
    unread: Budget,
}

impl QueryLimits {
    #[must_use]
    pub fn new(max_concurrent: usize) -> Self {
        Self { queue: QueryQueue::new(max_concurrent), unread: Budget::new("unread", UNREAD_LIMITS) }
    }

    /// Counts the bytes of a response against the caller until they are written.
    async fn limit_unread(&self, principal: Principal, response: Response) -> Response {
        // An event stream has no length; it is closed if its client does not read.
        let Some(length) = response.body().size_hint().exact() else { return response };
        let Ok(length) = usize::try_from(length) else { return response };
        let share = match self.unread.acquire(principal, length) {
            Ok(share) => share,
            Err(problem) => return problem.into_response(),
        };
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, length).await.unwrap_or_default();
        Response::from_parts(parts, Body::from(with_share(bytes, share)))
    }
}

/// Queues a query, and returns 304 if the client has the response already.
pub async fn query(State(limits): State<QueryLimits>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let principal = request.extensions().get::<Identity>().map(|identity| identity.principal);
    let path = request.uri().path();
    let queued = principal.filter(|_| site_of(path).is_some() && !path.ends_with("/stream"));
    let Some(principal) = queued else {
        return revalidate(known.as_ref(), next.run(request).await).await;
    };
    let response = limits.queue.run(principal, request, next).await;
    limits.limit_unread(principal, revalidate(known.as_ref(), response).await).await
}
