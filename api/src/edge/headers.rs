//! What a browser may make of an answer.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// An answer of the API is nothing to be shown, framed, guessed at or kept by a proxy. Pages say more for themselves.
const SECURE: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Adds them, where a route says nothing else.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add(response.headers_mut());
    response
}

pub(super) fn add(headers: &mut HeaderMap) {
    for (name, value) in SECURE {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
