//! What every request is given and every answer carries, whatever the route: an id, a place in the metrics, the problem
//! written out, and what the limits leave to the caller.
//!
//! One layer and not four: each such layer costs every request two boxes, with all the layers below it in one of them.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::limits::CountedLimits;
use crate::observe::RequestTimer;
use crate::problem;
use crate::request::{RequestId, trace_id_of};

/// Works on a request and finishes its answer.
pub async fn envelope(mut request: Request, next: Next) -> Response {
    let id = trace_id_of(request.headers());
    let counted = CountedLimits::default();
    let asked = RequestTimer::start(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(counted.clone());
    let answer = next.run(request).await;
    asked.finish(answer.status());
    let mut answer = problem::write_out(answer, &id);
    // In what is refused too.
    counted.write(answer.headers_mut());
    answer
}
