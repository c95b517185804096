//! Responses: of commands with an ETag and a position, of queries with an ETag, and JSON with another status.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr, Response as ResponseObject, StatusCode as StatusKey};
use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use causerie_events::Position;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::Problem;

/// The position of the write in the log, for `Causerie-Min-Position`.
const POSITION: HeaderName = HeaderName::from_static("causerie-position");

/// The response to a command: the resource, its version and the position of the write. A repeated command returns the same
/// response and status, so a client that retries after a lost response needs no special case.
pub(crate) struct CommandResponse<T, const STATUS: u16 = 200> {
    pub(super) resource: T,
    pub(super) version: u64,
    pub(super) position: Position,
}

impl<T, const STATUS: u16> CommandResponse<T, STATUS> {
    /// An accepted command leaves a resource: a missing one is an internal error.
    pub(super) fn of(resource: Option<T>, version: u64, position: Position) -> Result<Self, Problem> {
        Ok(Self { resource: resource.ok_or_else(Problem::internal)?, version, position })
    }
}

impl<T: Serialize, const STATUS: u16> IntoResponse for CommandResponse<T, STATUS> {
    fn into_response(self) -> Response {
        let headers = [(header::ETAG, etag(self.version)), (POSITION, self.position.to_string())];
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        (status, headers, Json(self.resource)).into_response()
    }
}

impl<T: JsonSchema, const STATUS: u16> OperationOutput for CommandResponse<T, STATUS> {
    type Inner = T;

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<StatusKey>, ResponseObject)> {
        json_response::<T>(ctx, operation, STATUS, &["ETag", "Causerie-Position"])
    }
}

/// The response to a query about one aggregate. The ETag begins with its version: see [`crate::edge`].
pub(crate) struct VersionedJson<T> {
    pub(super) resource: T,
    pub(super) version: u64,
}

impl<T: Serialize> IntoResponse for VersionedJson<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, etag(self.version))], Json(self.resource)).into_response()
    }
}

impl<T: JsonSchema> OperationOutput for VersionedJson<T> {
    type Inner = T;

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<StatusKey>, ResponseObject)> {
        json_response::<T>(ctx, operation, 200, &[])
    }
}

/// JSON with a status, and without a version.
pub(crate) struct StatusJson<T, const STATUS: u16 = 200>(pub(super) T);

impl<T: Serialize, const STATUS: u16> IntoResponse for StatusJson<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        (status, Json(self.0)).into_response()
    }
}

impl<T: JsonSchema, const STATUS: u16> OperationOutput for StatusJson<T, STATUS> {
    type Inner = T;

    fn inferred_responses(ctx: &mut GenContext, operation: &mut Operation) -> Vec<(Option<StatusKey>, ResponseObject)> {
        json_response::<T>(ctx, operation, STATUS, &[])
    }
}

fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

fn json_response<T: JsonSchema>(
    ctx: &mut GenContext,
    operation: &mut Operation,
    status: u16,
    headers: &[&str],
) -> Vec<(Option<StatusKey>, ResponseObject)> {
    let mut response = Json::<T>::operation_response(ctx, operation).unwrap_or_default();
    let reference = |name: &&str| ((*name).to_owned(), ReferenceOr::ref_(&format!("#/components/headers/{name}")));
    response.headers = headers.iter().map(reference).collect();
    vec![(Some(StatusKey::Code(status)), response)]
}
