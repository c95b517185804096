//! What holds for queries alone.

use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::conditional::revalidate;
use super::queue::{Queue, in_turn};

/// A query waits for its turn, and whoever has the answer already is told so in a few bytes.
pub async fn query(State(queue): State<Queue>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let answer = in_turn(&queue, request, next).await;
    revalidate(known.as_ref(), answer).await
}
