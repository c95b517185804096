//! Maps errors to HTTP responses: `application/problem+json`, RFC 9457.

use aide::OperationOutput;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use causerie_domain::ListElement;
use causerie_events::{InvalidId, InvalidMemberId, InvalidText};
use causerie_projections::{InvalidCursor, ReadError, WaitError};
use causerie_store::{StoreError, StoreErrorKind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::codes::{self, Code};
use crate::commands::CommandError;
use crate::images::ImageError;

/// An error response. It never contains the cause, which is logged under the same `trace_id`.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
}

/// An invalid field of the body, or an invalid parameter of the query.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldError {
    /// JSON pointer to the field; for a parameter, `/` and its name.
    pub pointer: String,
    /// Why it is invalid.
    pub detail: String,
}

/// The body of an error response.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody<'a> {
    /// `/problems/<code>`.
    r#type: String,
    /// The name of the status.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// The error for people.
    detail: &'a str,
    /// The error for programs. Stable.
    code: &'a str,
    /// The invalid fields of the body, or parameters of the query.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// Identifies the request in the log of the service.
    trace_id: &'a str,
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let status = code.status();
        let retry_after =
            matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after }
    }

    /// Sets the seconds after which the client may retry. The default is 1 for statuses 429 and 503.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds the JSON pointer of the invalid field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), detail: self.detail.clone() });
        self
    }

    /// 500 Internal Server Error without details.
    pub(crate) fn internal() -> Self {
        Self::new(codes::INTERNAL, "internal error; quote trace_id when you report it")
    }

    pub(crate) fn write(&self, trace_id: &str) -> Response {
        let body = ProblemBody {
            r#type: format!("/problems/{}", self.code.name()),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code.name(),
            errors: &self.errors,
            trace_id,
        };
        let mut response = (self.status, serde_json::to_vec(&body).unwrap_or_default()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The error responses of an operation are added by its `Doc`.
impl OperationOutput for Problem {
    type Inner = Self;
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of an error response, including those that the framework creates.
pub(crate) fn write_out(response: Response, trace_id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let mut written = match response.extensions().get::<Problem>() {
        Some(problem) => problem.write(trace_id),
        // A body of the route, such as that of /readyz. The framework sends text or no body.
        None if is_json(&response) => return response,
        None => framework_problem(status).write(trace_id),
    };
    if let Some(allow) = response.headers().get(header::ALLOW) {
        written.headers_mut().insert(header::ALLOW, allow.clone());
    }
    written
}

fn is_json(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|media_type| media_type == "application/json")
}

fn framework_problem(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::new(codes::ROUTE_NOT_FOUND, "route not found"),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(codes::ROUTE_METHOD_NOT_ALLOWED, "method not allowed"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(codes::BODY_TOO_LARGE, "the body is too large"),
        StatusCode::REQUEST_TIMEOUT => Problem::new(codes::REQUEST_TIMEOUT, "the request took too long"),
        status if status.is_client_error() => {
            Problem { status, ..Problem::new(codes::REQUEST_INVALID, "invalid request") }
        }
        _ => Problem::internal(),
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match &error {
            CommandError::Refused(refusal) => {
                let problem = Self::new(Code::of_refusal(refusal.as_ref()), refusal.to_string());
                match refusal.element() {
                    Some(ListElement { list, index }) => problem.at(format!("/{list}/{index}")),
                    None => problem,
                }
            }
            CommandError::Precondition => Self::new(codes::IF_MATCH_MOVED, format!("{error}; read it again")),
            CommandError::Contended => {
                Self::new(codes::REQUEST_CONTENDED, "too many concurrent changes; try again").retry_after(1)
            }
            CommandError::Stopping => Self::new(codes::SERVICE_STOPPING, "the service is stopping; try again"),
            CommandError::Busy => Self::new(codes::SERVICE_BUSY, "too many commands are waiting; nothing was done"),
            CommandError::Store(store) => Self::from(store),
            CommandError::Batch(store) => Self::from(store.as_ref()),
        }
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        tracing::error!(error = error as &dyn std::error::Error, "event store error; the request fails");
        match error.kind {
            StoreErrorKind::Unavailable
            | StoreErrorKind::VersionConflict
            | StoreErrorKind::EpochEnded
            | StoreErrorKind::PositionLost => Self::new(
                codes::SERVICE_UNAVAILABLE,
                "storage unavailable; the outcome of a command is unknown, so send it again",
            ),
            StoreErrorKind::Corrupt | StoreErrorKind::Refused => Self::internal(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::from(&error)
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        Self::from(StoreError::from(error))
    }
}

impl From<WaitError> for Problem {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Behind(_) => {
                Self::new(codes::READ_MODEL_BEHIND, "the read model has not reached this position yet; try again")
            }
            WaitError::Read(error) => error.into(),
        }
    }
}

impl From<ImageError> for Problem {
    fn from(error: ImageError) -> Self {
        let code = match &error {
            ImageError::Unsupported => codes::GROUP_IMAGE_UNSUPPORTED,
            ImageError::Unreadable => codes::GROUP_IMAGE_UNREADABLE,
            ImageError::TooLarge => codes::GROUP_IMAGE_TOO_LARGE,
            ImageError::Missing => codes::GROUP_IMAGE_NOT_FOUND,
            ImageError::Busy => codes::SERVICE_BUSY,
            ImageError::Storage(cause) => {
                tracing::error!(error = cause as &dyn std::error::Error, "image storage error; the request fails");
                codes::SERVICE_UNAVAILABLE
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<InvalidText> for Problem {
    fn from(error: InvalidText) -> Self {
        Self::new(Code::of_text(error), error.detail)
    }
}

impl From<InvalidId> for Problem {
    fn from(error: InvalidId) -> Self {
        Self::new(codes::ID_INVALID, error.to_string())
    }
}

impl From<InvalidMemberId> for Problem {
    fn from(error: InvalidMemberId) -> Self {
        Self::new(codes::ID_INVALID, error.to_string())
    }
}

impl From<InvalidCursor> for Problem {
    fn from(error: InvalidCursor) -> Self {
        Self::new(codes::CURSOR_INVALID, error.to_string())
    }
}
