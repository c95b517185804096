//! `/openapi.json`, `/asyncapi.json`, `/schemas/{EventType}.v1.json`, `/problems/{code}`, `/docs`: the contract as documents.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::codes::{self, problem_types};
use crate::openapi::{self, Doc, Documents, SERVICE_CODES};
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/openapi.json", get_with(openapi, GET_OPENAPI.write()))
        .api_route("/asyncapi.json", get_with(asyncapi, GET_ASYNCAPI.write()))
        .api_route("/schemas/{schema}", get_with(schema, GET_SCHEMA.write()))
        .api_route("/docs", get_with(docs, GET_DOCS.write()))
        .api_route("/docs/search.js", get_with(search, GET_SEARCH.write()))
        .api_route("/problems/{code}", get_with(problem_type, GET_PROBLEM_TYPE.write()))
        .api_route("/docs/style.css", get_with(style, GET_STYLE.write()))
        .with_path_items(|item| item.tag("Service"))
}

/// The pages load only their own style sheet and script, and send nothing.
const SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'",
);

/// Generated at the first request.
pub(super) static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| Documents::of(&super::document()));
static SCHEMAS: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| DOCUMENTS.schemas.iter().map(|(name, schema)| (name.as_str(), schema.as_str())).collect());
static PAGE: LazyLock<String> = LazyLock::new(|| openapi::page(&super::document()));

pub(crate) const GET_OPENAPI: Doc =
    Doc::new("GetOpenApi", "This document.").responds(&[(200, "application/json Document")]).refuses(&[SERVICE_CODES]);
pub(crate) const GET_ASYNCAPI: Doc = Doc::new("GetAsyncApi", "The live stream and NATS, as AsyncAPI 3.")
    .responds(&[(200, "application/json Document")])
    .refuses(&[SERVICE_CODES]);
pub(crate) const GET_SCHEMA: Doc = Doc::new("GetEventSchema", "The JSON Schema of an event type and version.")
    .responds(&[(200, "application/schema+json Document")])
    .refuses(&[SERVICE_CODES, &[codes::ROUTE_NOT_FOUND]]);
pub(crate) const GET_DOCS: Doc =
    Doc::new("GetDocs", "This document as a page.").responds(&[(200, "text/html")]).refuses(&[SERVICE_CODES]);

pub(crate) const GET_PROBLEM_TYPE: Doc =
    Doc::new("GetProblemType", "The meaning of an error code, and what to do.")
        .more(
            "The `type` of a problem is the URL of this explanation. HTML for clients that prefer it, such as browsers; otherwise JSON.",
        )
        .responds(&[(200, "application/json ProblemType"), (200, "text/html")])
        .refuses(&[SERVICE_CODES, &[codes::ROUTE_NOT_FOUND]]);

pub(crate) const GET_SEARCH: Doc = Doc::new("GetDocsSearch", "The script of the search field of the page.")
    .responds(&[(200, "text/javascript")])
    .refuses(&[SERVICE_CODES]);

pub(crate) const GET_STYLE: Doc =
    Doc::new("GetDocsStyle", "The style sheet of the page.").responds(&[(200, "text/css")]).refuses(&[SERVICE_CODES]);

pub(super) async fn openapi() -> Response {
    json("application/json", &DOCUMENTS.openapi)
}

pub(super) async fn asyncapi() -> Response {
    json("application/json", &DOCUMENTS.asyncapi)
}

pub(super) async fn schema(Path(name): Path<String>) -> Result<Response, Problem> {
    let schema = SCHEMAS.get(name.as_str());
    let schema = schema.ok_or_else(|| Problem::new(codes::ROUTE_NOT_FOUND, "no such schema"))?;
    Ok(json("application/schema+json", schema))
}

pub(super) async fn docs() -> Response {
    html(PAGE.as_str())
}

pub(super) async fn problem_type(Path(code): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let problem = problem_types().into_iter().find(|problem| problem.code == code);
    let problem = problem.ok_or_else(|| Problem::new(codes::ROUTE_NOT_FOUND, "no such code"))?;
    let mut response =
        if prefers_html(&headers) { html(openapi::problem_page(&problem)) } else { Json(problem).into_response() };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Whether `Accept` names HTML with a greater weight than JSON, or at the same weight before it.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, false);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let html = match parts.next() {
            Some("text/html" | "application/xhtml+xml") => true,
            Some("application/json" | "application/*" | "*/*") => false,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if weight > best.0 {
            best = (weight, html);
        }
    }
    best.1
}

fn html(page: impl IntoResponse) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")), policy()];
    (headers, page).into_response()
}

pub(super) async fn search() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"))], openapi::SCRIPT)
        .into_response()
}

pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))], openapi::STYLE).into_response()
}

const fn policy() -> (HeaderName, HeaderValue) {
    (header::CONTENT_SECURITY_POLICY, SECURITY_POLICY)
}

fn json(media_type: &'static str, document: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], document).into_response()
}
