//! The one map from errors to HTTP answers: `application/problem+json`, RFC 9457.

use aide::OperationOutput;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use causerie_domain::{Element, Kind};
use causerie_events::{InvalidId, InvalidMemberId, InvalidText};
use causerie_projections::{InvalidCursor, ReadError, WaitError};
use causerie_store::{StoreError, StoreErrorKind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::CommandError;
use crate::images::ImageError;

/// An answer that tells what is wrong. It never carries a cause: that is in the log, under the same `trace_id`.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
}

/// One wrong field of the body, or one wrong parameter of the query.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldError {
    /// JSON pointer to the field; of a parameter, `/` and its name.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// What goes over the wire.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody<'a> {
    /// `/problems/<code>`.
    r#type: String,
    /// The name of the status.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong, for people.
    detail: &'a str,
    /// What is wrong, for programs: stable.
    code: &'a str,
    /// Which fields of the body, or parameters of the query, are wrong.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    /// Names the request in the service's log.
    trace_id: &'a str,
}

impl Problem {
    /// A problem with a status, a stable code and a sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// A request that cannot be understood.
    pub fn malformed(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// A caller who has not shown who they are.
    pub fn unauthorized(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// A caller, or a client without a token, sends too much. Nothing was done.
    pub fn too_many(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate.exceeded", detail).retry_after(1)
    }

    /// The service cannot do it right now.
    pub fn unavailable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail).retry_after(1)
    }

    /// Says when to try again, in seconds.
    #[must_use]
    pub const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Says which field of the body is meant.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), detail: self.detail.clone() });
        self
    }

    /// A failure that is nobody's business outside.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the service failed; the operator finds it by trace_id",
        )
    }

    /// The whole answer.
    pub(crate) fn write(&self, trace_id: &str) -> Response {
        let body = ProblemBody {
            r#type: format!("/problems/{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
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

/// Which problems an operation answers with, its documentation says.
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

/// Writes the body of an error answer, with the request's id; also for those that the framework makes by itself.
pub(crate) fn write_out(response: Response, trace_id: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let mut written = match response.extensions().get::<Problem>() {
        Some(problem) => problem.write(trace_id),
        // What a route says in its own words, as /readyz does. The framework has text for errors, or nothing.
        None if is_json(&response) => return response,
        None => framework_problem(status).write(trace_id),
    };
    // Which methods an address answers to.
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
        StatusCode::NOT_FOUND => Problem::new(status, "route.not_found", "there is nothing at this address"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "route.method_not_allowed", "this address does not answer to this method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "body.too_large", "the body is too large"),
        StatusCode::REQUEST_TIMEOUT => Problem::unavailable("request.timeout", "the request took too long"),
        status if status.is_client_error() => Problem::new(status, "request.invalid", "the request is not valid"),
        _ => Problem::internal(),
    }
}

impl From<CommandError> for Problem {
    fn from(error: CommandError) -> Self {
        match &error {
            CommandError::Refused(refusal) => {
                let status = match refusal.kind() {
                    Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    Kind::Forbidden => StatusCode::FORBIDDEN,
                    Kind::NotFound => StatusCode::NOT_FOUND,
                    Kind::Conflict => StatusCode::CONFLICT,
                };
                let problem = Self::new(status, refusal.code(), refusal.to_string());
                match refusal.element() {
                    Some(Element { list, index }) => problem.at(format!("/{list}/{index}")),
                    None => problem,
                }
            }
            CommandError::Precondition => {
                Self::new(StatusCode::PRECONDITION_FAILED, "if_match.moved", format!("{error}; read it again"))
            }
            CommandError::Contended => {
                Self::new(StatusCode::CONFLICT, "request.contended", "too many changes at once; try again")
                    .retry_after(1)
            }
            CommandError::Stopping => Self::unavailable("service.stopping", "the service is stopping; try again"),
            CommandError::Busy => Self::unavailable("service.busy", "too many commands are waiting; nothing was done"),
            CommandError::Store(store) => Self::from(store),
            CommandError::Batch(store) => Self::from(store.as_ref()),
        }
    }
}

impl From<&StoreError> for Problem {
    fn from(error: &StoreError) -> Self {
        tracing::error!(error = error as &dyn std::error::Error, "the log failed");
        match error.kind {
            StoreErrorKind::Unavailable
            | StoreErrorKind::Moved
            | StoreErrorKind::EpochEnded
            | StoreErrorKind::PositionLost => Self::unavailable(
                "service.unavailable",
                "the service cannot reach its storage; whether a command took effect is not known, so send it again",
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
                Self::unavailable("read_model.behind", "the read model has not got to that position yet; try again")
            }
            WaitError::Read(error) => error.into(),
        }
    }
}

impl From<ImageError> for Problem {
    fn from(error: ImageError) -> Self {
        let (status, code) = match &error {
            ImageError::Unsupported => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "group.image_unsupported"),
            ImageError::Unreadable => (StatusCode::UNPROCESSABLE_ENTITY, "group.image_unreadable"),
            ImageError::TooLarge => (StatusCode::UNPROCESSABLE_ENTITY, "group.image_too_large"),
            ImageError::Missing => (StatusCode::NOT_FOUND, "group.image_not_found"),
            ImageError::Busy => return Self::unavailable("service.busy", error.to_string()),
            ImageError::Shelf(cause) => {
                tracing::error!(error = cause as &dyn std::error::Error, "images cannot be kept or read");
                return Self::unavailable("service.unavailable", error.to_string());
            }
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<InvalidText> for Problem {
    fn from(error: InvalidText) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code, error.detail)
    }
}

impl From<InvalidId> for Problem {
    fn from(error: InvalidId) -> Self {
        Self::malformed("id.invalid", error.to_string())
    }
}

impl From<InvalidMemberId> for Problem {
    fn from(error: InvalidMemberId) -> Self {
        Self::malformed("id.invalid", error.to_string())
    }
}

impl From<InvalidCursor> for Problem {
    fn from(error: InvalidCursor) -> Self {
        Self::malformed("cursor.invalid", error.to_string())
    }
}
