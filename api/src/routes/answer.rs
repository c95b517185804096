//! What a command answers: the resource, its version as an ETag, and its position in the log.

use aide::OperationOutput;
use aide::generate::GenContext;
use aide::openapi::{Operation, ReferenceOr, Response as Documented, StatusCode as DocumentedStatus};
use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use causerie_events::Position;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem::Problem;

/// Where the write stands in the log; a query can ask to see it.
const POSITION: HeaderName = HeaderName::from_static("causerie-position");

/// The answer of a command. Repeating a command gives the same answer, its status included: a client that retries after
/// a lost answer need not tell the first time from the second.
pub(crate) struct Answer<T, const STATUS: u16 = 200> {
    pub(super) resource: T,
    pub(super) version: u64,
    pub(super) position: Position,
}

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// After a command that was taken, what it is about is there.
    pub(super) fn of(resource: Option<T>, version: u64, position: Position) -> Result<Self, Problem> {
        Ok(Self { resource: resource.ok_or_else(Problem::internal)?, version, position })
    }
}

impl<T: Serialize, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let headers = [(header::ETAG, etag(self.version)), (POSITION, self.position.to_string())];
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        (status, headers, Json(self.resource)).into_response()
    }
}

impl<T: JsonSchema, const STATUS: u16> OperationOutput for Answer<T, STATUS> {
    type Inner = T;

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<DocumentedStatus>, Documented)> {
        documented::<T>(ctx, operation, STATUS, &["ETag", "Causerie-Position"])
    }
}

/// The answer of a query about one aggregate. Its ETag begins with the version of that: see [`crate::edge`].
pub(crate) struct Current<T> {
    pub(super) resource: T,
    pub(super) version: u64,
}

impl<T: Serialize> IntoResponse for Current<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, etag(self.version))], Json(self.resource)).into_response()
    }
}

impl<T: JsonSchema> OperationOutput for Current<T> {
    type Inner = T;

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<DocumentedStatus>, Documented)> {
        documented::<T>(ctx, operation, 200, &[])
    }
}

/// JSON with a status of its own, and no version.
pub(crate) struct Plain<T, const STATUS: u16 = 200>(pub(super) T);

impl<T: Serialize, const STATUS: u16> IntoResponse for Plain<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        (status, Json(self.0)).into_response()
    }
}

impl<T: JsonSchema, const STATUS: u16> OperationOutput for Plain<T, STATUS> {
    type Inner = T;

    fn inferred_responses(
        ctx: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<DocumentedStatus>, Documented)> {
        documented::<T>(ctx, operation, STATUS, &[])
    }
}

fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

fn documented<T: JsonSchema>(
    ctx: &mut GenContext,
    operation: &mut Operation,
    status: u16,
    headers: &[&str],
) -> Vec<(Option<DocumentedStatus>, Documented)> {
    let mut response = Json::<T>::operation_response(ctx, operation).unwrap_or_default();
    let reference = |name: &&str| ((*name).to_owned(), ReferenceOr::ref_(&format!("#/components/headers/{name}")));
    response.headers = headers.iter().map(reference).collect();
    vec![(Some(DocumentedStatus::Code(status)), response)]
}
