//! What a browser may make of an answer.

use axum::http::{HeaderName, HeaderValue, Response, header};

/// An answer of the API is nothing to be shown, framed, guessed at or kept by a proxy. Pages say more for themselves.
const SECURE: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Adds them, where a route says nothing else.
pub fn secure<B>(mut answer: Response<B>) -> Response<B> {
    for (name, value) in SECURE {
        answer.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}
