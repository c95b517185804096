//! `ETag` and `If-None-Match` on what is read: a caller who has the answer already is told so in a few bytes.

use std::hash::{DefaultHasher, Hasher};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Far above the largest page of messages: 200 of them with the longest texts, and what they answer.
const LARGEST: usize = 16 * 1024 * 1024;

/// Tags what is read, and makes it a 304 where the caller has it.
pub(super) async fn revalidate(known: Option<&HeaderValue>, answer: Response) -> Response {
    if answer.status() == StatusCode::OK && is_json(answer.headers()) { with_tag(answer, known).await } else { answer }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

async fn with_tag(response: Response, known: Option<&HeaderValue>) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let Ok(tag) = HeaderValue::from_str(&tag(parts.headers.get(header::ETAG), &body)) else {
        return Response::from_parts(parts, Body::from(body));
    };
    let unchanged = known.is_some_and(|known| matches(known, &tag));
    parts.headers.insert(header::ETAG, tag);
    // A caller may keep it, if they ask each time.
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if unchanged {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

/// The version of the aggregate, where there is one, and what the body is.
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
