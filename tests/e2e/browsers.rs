//! Cross-origin requests, and the security headers of responses.

use causerie_tests::{Caller, Service, Site};
use reqwest::{Method, Response};
use serde_json::json;

const ALLOWED: &str = "https://shop.example";

async fn preflight(caller: &Caller, path: &str, origin: &str) -> Response {
    let request = caller.request(Method::OPTIONS, path).header("origin", origin);
    let request = request.header("access-control-request-method", "PUT");
    request.header("access-control-request-headers", "authorization,content-type,if-match").send().await.unwrap()
}

fn allowed_origin(response: &Response) -> Option<&str> {
    response.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pages_of_allowed_origins_may_call_the_api() {
    let service = Service::start().await;
    for (site, origin) in [("acme", ALLOWED), ("other", "https://elsewhere.example")] {
        let operator = service.caller("*", "operator", "operator").await.at(service.url(), site);
        let body = json!({ "name": site, "locale": "en", "allowed_origins": [origin] });
        operator.put("", &body).await.done(201);
    }
    let stranger = service.stranger("acme");
    // A preflight has no token.
    let allowed = preflight(&stranger, "/conversations", ALLOWED).await;
    assert_eq!((allowed.status().as_u16(), allowed_origin(&allowed)), (200, Some(ALLOWED)));
    let methods = allowed.headers()["access-control-allow-methods"].to_str().unwrap();
    assert!(["GET", "PUT", "POST", "PATCH", "DELETE"].iter().all(|method| methods.contains(method)), "{methods}");
    for origin in ["https://elsewhere.example", "http://shop.example", "https://shop.example:8443", "null"] {
        let refused = preflight(&stranger, "/conversations", origin).await;
        assert_eq!(allowed_origin(&refused), None, "{origin}");
    }
    assert_eq!(allowed_origin(&preflight(&service.stranger("nowhere"), "", ALLOWED).await), None);

    // The page can read the response and the headers that a client needs, also of an error.
    let owner = service.caller("acme", "olga", "owner").await;
    for (caller, status) in [(&owner, 200), (&stranger, 401)] {
        let response = caller.request(Method::GET, "").header("origin", ALLOWED).send().await.unwrap();
        assert_eq!((response.status().as_u16(), allowed_origin(&response)), (status, Some(ALLOWED)));
        let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap().to_lowercase();
        assert!(["etag", "causerie-position", "retry-after"].iter().all(|name| exposed.contains(name)), "{exposed}");
        assert!(response.headers().get("access-control-allow-credentials").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_forbid_framing_sniffing_and_caching() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let responses = [
        ada.get("").await.is(200),
        ada.get("/conversations").await.is(200),
        service.stranger("acme").get("").await.is(401),
        ada.get("/nothing").await.is(404),
        ada.put("/conversations", &json!({})).await.is(405),
    ];
    for response in responses {
        assert_eq!(response.header("x-content-type-options"), "nosniff", "{}", response.request);
        assert_eq!(response.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(response.header("referrer-policy"), "no-referrer");
        assert!(["no-store", "private, no-cache"].contains(&response.header("cache-control")), "{}", response.request);
    }
}
