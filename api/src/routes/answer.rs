//! What a command answers: the resource, its version as an ETag, and its position in the log.

use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use causerie_events::Position;
use serde::Serialize;

/// Where the write stands in the log; a query can ask to see it.
const POSITION: HeaderName = HeaderName::from_static("causerie-position");

/// The answer of a command. Repeating a command gives the same answer, its status included: a client that retries after
/// a lost answer need not tell the first time from the second.
pub(super) struct Answer<T> {
    pub(super) status: StatusCode,
    pub(super) resource: T,
    pub(super) version: u64,
    pub(super) position: Position,
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let headers = [(header::ETAG, format!("\"{}\"", self.version)), (POSITION, self.position.to_string())];
        (self.status, headers, Json(self.resource)).into_response()
    }
}
