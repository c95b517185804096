//! Serves the files embedded in the binary, with their caching headers.

use std::borrow::Cow;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::{Embed, EmbeddedFile};

use crate::codes;
use crate::problem::Problem;

/// The output of `npm run build`. Without it these routes return 404; the API works.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct WebDist;

/// For files whose name contains a hash of their content.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

pub(super) async fn loader(headers: HeaderMap) -> Result<Response, Problem> {
    file("causerie.js", &headers, REVALIDATE).map(allow_any_origin)
}

/// The script of the dashboard, for pages of other hosts.
pub(super) async fn dashboard(headers: HeaderMap) -> Result<Response, Problem> {
    file("dashboard.js", &headers, REVALIDATE).map(allow_any_origin)
}

pub(super) async fn types(headers: HeaderMap) -> Result<Response, Problem> {
    file("causerie.d.ts", &headers, REVALIDATE).map(allow_any_origin)
}

/// The files that the loader and the pages load.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    file(&format!("assets/{name}"), &headers, IMMUTABLE).map(allow_any_origin)
}

/// A page, readable by its own origin only.
pub(super) fn page(name: &str, headers: &HeaderMap, policy: HeaderValue) -> Result<Response, Problem> {
    let mut response = file(name, headers, REVALIDATE)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Pages of any origin embed the chat box.
fn allow_any_origin(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

fn file(name: &str, request_headers: &HeaderMap, cache_control: HeaderValue) -> Result<Response, Problem> {
    let EmbeddedFile { data, metadata } =
        WebDist::get(name).ok_or_else(|| Problem::new(codes::ROUTE_NOT_FOUND, missing_file_detail(name)))?;
    let hash = metadata.sha256_hash().first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    let tag = format!("\"{hash:016x}\"");
    let known = request_headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let headers = [(header::ETAG, tag), (header::CONTENT_TYPE, media_type(name).to_owned())];
    let mut response = if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        // Avoids a copy per request.
        let data = match data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        (headers, data).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, cache_control);
    Ok(response)
}

fn missing_file_detail(name: &str) -> String {
    if WebDist::get("causerie.js").is_some() {
        "route not found".to_owned()
    } else {
        format!("{name} is missing: this binary was built without the web pages; run `make build`")
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
