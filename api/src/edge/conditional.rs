//! `ETag` and `If-None-Match` of queries: a client that has the response already gets 304.

use std::hash::{DefaultHasher, Hasher};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Far above the largest page: 200 messages with the longest texts and replies.
const MAX_TAGGED_BYTES: usize = 16 * 1024 * 1024;

/// Adds an `ETag` to a successful JSON response, and turns it into 304 if `known` contains the tag.
pub(super) async fn revalidate(known: Option<&HeaderValue>, response: Response) -> Response {
    let is_tagged = response.status() == StatusCode::OK && is_json(response.headers());
    if is_tagged { with_tag(response, known).await } else { response }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

async fn with_tag(response: Response, known: Option<&HeaderValue>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, MAX_TAGGED_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let Ok(tag) = HeaderValue::from_str(&tag(parts.headers.get(header::ETAG), &body)) else {
        return Response::from_parts(parts, Body::from(body));
    };
    let unchanged = known.is_some_and(|known| matches(known, &tag));
    parts.headers.insert(header::ETAG, tag);
    // A client may store the response and must revalidate it for each use.
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if unchanged {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

/// The version of the aggregate, if the route set one, and a hash of the body.
fn tag(version: Option<&HeaderValue>, body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    let hash = hasher.finish();
    match version.and_then(|version| version.to_str().ok()) {
        Some(version) => format!("\"{}-{hash:016x}\"", version.trim_matches('"')),
        None => format!("\"{hash:016x}\""),
    }
}

fn matches(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (known, tag) = (known.to_str().unwrap_or_default(), tag.to_str().unwrap_or_default());
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}
