//! `/openapi.json`, `/asyncapi.json`, `/schemas/{EventType}.v1.json`, `/docs`: the contract, for programs and for people.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::openapi::{self, Doc, Documents, OF_THE_SERVICE};
use crate::problem::Problem;
use crate::request::Path;

/// The page is complete in itself: nothing is loaded, nothing is sent, nothing runs.
const NOTHING_ELSE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Made once.
pub(super) static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| Documents::of(&super::document()));
static SCHEMAS: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| DOCUMENTS.schemas.iter().map(|(name, schema)| (name.as_str(), schema.as_str())).collect());
static PAGE: LazyLock<String> = LazyLock::new(|| openapi::page(&super::document()));

pub(crate) const GET_OPENAPI: Doc =
    Doc::new("GetOpenApi", "This document.").answers(&[(200, "application/json Document")]).refuses(&[OF_THE_SERVICE]);
pub(crate) const GET_ASYNCAPI: Doc = Doc::new("GetAsyncApi", "The live stream and NATS, as AsyncAPI 3.")
    .answers(&[(200, "application/json Document")])
    .refuses(&[OF_THE_SERVICE]);
pub(crate) const GET_SCHEMA: Doc = Doc::new("GetEventSchema", "The JSON Schema of an event type and version.")
    .answers(&[(200, "application/schema+json Document")])
    .refuses(&[OF_THE_SERVICE, &["route.not_found"]]);
pub(crate) const GET_DOCS: Doc =
    Doc::new("GetDocs", "This document, to read.").answers(&[(200, "text/html")]).refuses(&[OF_THE_SERVICE]);

pub(crate) const GET_STYLE: Doc =
    Doc::new("GetDocsStyle", "How the page to read looks.").answers(&[(200, "text/css")]).refuses(&[OF_THE_SERVICE]);

pub(super) async fn openapi() -> Response {
    json("application/json", &DOCUMENTS.openapi)
}

pub(super) async fn asyncapi() -> Response {
    json("application/json", &DOCUMENTS.asyncapi)
}

pub(super) async fn schema(Path(name): Path<String>) -> Result<Response, Problem> {
    let schema = SCHEMAS.get(name.as_str());
    let schema = schema.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "route.not_found", "no such schema"))?;
    Ok(json("application/schema+json", schema))
}

pub(super) async fn docs() -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")), policy()];
    (headers, PAGE.as_str()).into_response()
}

pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))], openapi::STYLE).into_response()
}

const fn policy() -> (HeaderName, HeaderValue) {
    (header::CONTENT_SECURITY_POLICY, NOTHING_ELSE)
}

fn json(media_type: &'static str, document: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], document).into_response()
}
