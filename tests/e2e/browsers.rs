//! What a page of another origin may do, and what a browser may make of answers.

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
async fn pages_of_a_sites_origins_may_call_for_it_and_no_others() {
    let service = Service::start().await;
    for (site, origin) in [("acme", ALLOWED), ("other", "https://elsewhere.example")] {
        let operator = service.caller("*", "operator", "operator").await.at(service.url(), site);
        let body = json!({ "name": site, "locale": "en", "allowed_origins": [origin] });
        operator.put("", &body).await.done(201);
    }
    let stranger = service.stranger("acme");
    // A preflight comes without a token.
    let allowed = preflight(&stranger, "/conversations", ALLOWED).await;
    assert_eq!((allowed.status().as_u16(), allowed_origin(&allowed)), (200, Some(ALLOWED)));
    let methods = allowed.headers()["access-control-allow-methods"].to_str().unwrap();
    assert!(["GET", "PUT", "POST", "PATCH", "DELETE"].iter().all(|method| methods.contains(method)), "{methods}");
    for origin in ["https://elsewhere.example", "http://shop.example", "https://shop.example:8443", "null"] {
        let refused = preflight(&stranger, "/conversations", origin).await;
        assert_eq!(allowed_origin(&refused), None, "{origin}");
    }
    assert_eq!(allowed_origin(&preflight(&service.stranger("nowhere"), "", ALLOWED).await), None);

    // The answer can be read too, with what a client needs of its headers; also a refusal.
    let owner = service.caller("acme", "olga", "owner").await;
    for (caller, status) in [(&owner, 200), (&stranger, 401)] {
        let answer = caller.request(Method::GET, "").header("origin", ALLOWED).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), allowed_origin(&answer)), (status, Some(ALLOWED)));
        let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap().to_lowercase();
        assert!(["etag", "causerie-position", "retry-after"].iter().all(|name| exposed.contains(name)), "{exposed}");
        assert!(answer.headers().get("access-control-allow-credentials").is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_may_be_framed_guessed_at_or_kept_by_others() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    let answers = [
        ada.get("").await.is(200),
        ada.get("/conversations").await.is(200),
        service.stranger("acme").get("").await.is(401),
        ada.get("/nothing").await.is(404),
        ada.put("/conversations", &json!({})).await.is(405),
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", answer.request);
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(["no-store", "private, no-cache"].contains(&answer.header("cache-control")), "{}", answer.request);
    }
}
