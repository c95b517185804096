//! The layer of all routes: request id, request metrics, problem bodies and rate limit headers. One
//! layer instead of four, because each layer allocates twice per request.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::limits::CountedLimits;
use crate::observe::RequestTimer;
use crate::problem;
use crate::request::{RequestId, trace_id_of};

pub async fn envelope(mut request: Request, next: Next) -> Response {
    let id = trace_id_of(request.headers());
    let counted = CountedLimits::default();
    let timer = RequestTimer::start(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(counted.clone());
    let response = next.run(request).await;
    timer.finish(response.status());
    let mut response = problem::write_out(response, &id);
    // Rejected requests carry them too.
    counted.write(response.headers_mut());
    response
}
