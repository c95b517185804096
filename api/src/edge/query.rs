//! What holds for queries alone.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hyper::body::Body as _;

use super::body::held;
use super::budget::{Bounds, Budget};
use super::conditional::revalidate;
use super::front::{Identity, site_of};
use super::principal::Principal;
use super::queue::Queue;

/// Bytes of responses that wait for their clients to read them. With the largest page there is (`MAX_PAGE_BYTES`), a slow
/// client may still ask for several at once.
const UNREAD: Bounds = Bounds { caller: 8 * MIB, site: 64 * MIB, all: 256 * MIB };
const MIB: usize = 1024 * 1024;

/// How queries share the machine. Clones share it.
#[derive(Debug, Clone)]
pub struct Queries {
    queue: Queue,
    unread: Budget,
}

impl Queries {
    /// So many are worked on at once.
    #[must_use]
    pub fn at_once(queries: usize) -> Self {
        Self { queue: Queue::of(queries), unread: Budget::new("unread", UNREAD) }
    }

    /// The bytes of a response count for the caller until the last of them is written to the connection.
    async fn hold(&self, principal: Principal, response: Response) -> Response {
        // A stream has no end, and its client is ended when it does not read.
        let Some(length) = response.body().size_hint().exact() else { return response };
        let Ok(length) = usize::try_from(length) else { return response };
        let share = match self.unread.take(principal, length) {
            Ok(share) => share,
            Err(refusal) => return refusal.into_response(),
        };
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, length).await.unwrap_or_default();
        Response::from_parts(parts, Body::from(held(bytes, share)))
    }
}

/// A query waits for its turn, and a client that has the response already gets 304.
pub async fn query(State(queries): State<Queries>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let principal = request.extensions().get::<Identity>().map(|identity| identity.principal);
    let path = request.uri().path();
    let of_site = principal.filter(|_| site_of(path).is_some() && !path.ends_with("/stream"));
    let Some(principal) = of_site else {
        return revalidate(known.as_ref(), next.run(request).await).await;
    };
    let response = queries.queue.in_turn(principal, request, next).await;
    queries.hold(principal, revalidate(known.as_ref(), response).await).await
}
