//! Files out of the binary, with what a browser needs to know of them.

use std::borrow::Cow;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use rust_embed::{Embed, EmbeddedFile};

use crate::problem::Problem;

/// What `npm run build` has made. Without it the service answers 404 here, and works otherwise.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Dist;

/// A file's name holds a hash of what is in it.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// The loader of the box.
pub(super) async fn loader(headers: HeaderMap) -> Result<Response, Problem> {
    file("causerie.js", &headers, ASK_EACH_TIME).map(open_to_all)
}

/// The types of the box, for pages in TypeScript.
pub(super) async fn types(headers: HeaderMap) -> Result<Response, Problem> {
    file("causerie.d.ts", &headers, ASK_EACH_TIME).map(open_to_all)
}

/// What the loader and the pages fetch.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    file(&format!("assets/{name}"), &headers, FOR_EVER).map(open_to_all)
}

/// A page, for those of its own origin.
pub(super) fn page(name: &str, headers: &HeaderMap, policy: HeaderValue) -> Result<Response, Problem> {
    let mut response = file(name, headers, ASK_EACH_TIME)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Pages of any host have the box on them.
fn open_to_all(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

fn file(name: &str, asked: &HeaderMap, keep: HeaderValue) -> Result<Response, Problem> {
    let EmbeddedFile { data, metadata } =
        Dist::get(name).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "route.not_found", not_there(name)))?;
    let hash = metadata.sha256_hash().first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    let tag = format!("\"{hash:016x}\"");
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let headers = [(header::ETAG, tag), (header::CONTENT_TYPE, media_type(name).to_owned())];
    let mut response = if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        // Not a copy for each client.
        let data = match data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        };
        (headers, data).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, keep);
    Ok(response)
}

fn not_there(name: &str) -> String {
    if Dist::get("causerie.js").is_some() {
        "there is nothing at this address".to_owned()
    } else {
        format!("{name} is not in this binary: it was built without the web pages; run `make build`")
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
