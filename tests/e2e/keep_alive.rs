//! Rejected requests with bodies: the connection stays open, or the response has `connection: close`.

use std::time::Duration;

use causerie_tests::{NO_LIMITS, Raw, Service, Site};
use tokio::time::sleep;
use uuid::Uuid;

#[derive(Debug, Clone, Copy)]
enum Body {
    /// Together with the head.
    AtOnce,
    /// A moment after the head.
    Later,
    /// Chunked, without a length.
    Chunked,
    /// After `100 Continue`.
    Expected,
}

const BODIES: [Body; 4] = [Body::AtOnce, Body::Later, Body::Chunked, Body::Expected];
const JSON: &str = "content-type: application/json\r\n";

/// Sends a request, and a second one if the connection stays open.
async fn refused(service: &Service, what: &str, status: u16, head: &str, body: &str, how: Body) {
    let mut raw = Raw::connect(service.url()).await;
    let length = match how {
        Body::Chunked => "transfer-encoding: chunked\r\n".to_owned(),
        Body::Expected => format!("content-length: {}\r\nexpect: 100-continue\r\n", body.len()),
        Body::AtOnce | Body::Later => format!("content-length: {}\r\n", body.len()),
    };
    let head = format!("{head}host: x\r\n{length}\r\n");
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let mut first = None;
    match how {
        Body::AtOnce => raw.send(head + body).await.unwrap(),
        Body::Chunked => raw.send(head + &chunked).await.unwrap(),
        Body::Later => {
            raw.send(head).await.unwrap();
            // A pause of the client; the test waits for nothing.
            sleep(Duration::from_millis(50)).await;
            raw.send(body).await.unwrap();
        }
        Body::Expected => {
            raw.send(head).await.unwrap();
            let response = raw.any_response().await;
            if response.status == 100 {
                raw.send(body).await.unwrap();
            } else {
                first = Some(response);
            }
        }
    }
    let response = match first {
        Some(response) => response,
        None => raw.response().await,
    };
    assert_eq!(response.status, status, "{what}, {how:?}: {}{}", response.head, response.body);
    if response.closes() {
        return raw.ended().await;
    }
    raw.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let next = raw.response().await;
    assert_eq!(next.status, 200, "{what}, {how:?}: the request behind it gets {}{}", next.head, next.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_body_keeps_the_connection_or_sends_close() {
    let limits = [&NO_LIMITS[..], &[("CAUSERIE_LIMITS__GROUPS_PER_HOUR", "1"), ("CAUSERIE_LIMITS__GROUPS_BURST", "1")]];
    let service = Service::start_with(&limits.concat()).await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    // Bo may create no other group for an hour.
    bo.create_group(Uuid::now_v7(), "The only one", &[]).await.done(201);
    let token = |caller: &causerie_tests::Caller| format!("authorization: Bearer {}\r\n", caller.token());
    let (of_ada, of_bo, of_op) = (token(&ada), token(&bo), token(&site.operator().await));
    let message = || format!("PUT /v1/sites/acme/conversations/{group}/messages/{} HTTP/1.1\r\n", Uuid::now_v7());
    let image = format!("PUT /v1/sites/acme/conversations/{group}/image HTTP/1.1\r\n");
    let new_group = format!("PUT /v1/sites/acme/groups/{} HTTP/1.1\r\n", Uuid::now_v7());
    let text = r#"{"text":"hello"}"#;
    let (full, over) = (" ".repeat(60 * 1024), " ".repeat(70 * 1024));
    for how in BODIES {
        for (what, status, head, body) in [
            ("no token", 401, format!("{}{JSON}", message()), text),
            ("no token, a full body", 401, format!("{}{JSON}", message()), full.as_str()),
            ("a false token", 401, format!("{}authorization: Bearer x\r\n{JSON}", message()), text),
            ("another site", 403, format!("PUT /v1/sites/other/groups/{group} HTTP/1.1\r\n{of_ada}{JSON}"), text),
            ("no such route", 404, format!("PUT /v1/nothing HTTP/1.1\r\n{of_ada}{JSON}"), text),
            ("no such page", 404, format!("POST /nothing HTTP/1.1\r\n{JSON}"), text),
            ("another method", 405, format!("POST /v1/sites/acme/settings HTTP/1.1\r\n{of_ada}{JSON}"), text),
            ("not JSON", 415, format!("{}{of_ada}", message()), text),
            ("a broken body", 400, format!("{}{of_ada}{JSON}", message()), "{"),
            ("a wrong field", 422, format!("{}{of_ada}{JSON}", message()), r#"{"nothing":1}"#),
            ("a body too large", 413, format!("PUT /v1/sites/new HTTP/1.1\r\n{of_op}{JSON}"), over.as_str()),
            ("too many groups", 429, format!("{new_group}{of_bo}{JSON}"), r#"{"name":"Another"}"#),
            ("an image without a token", 401, image.clone(), full.as_str()),
            ("an image of another's group", 403, format!("{image}{of_bo}"), full.as_str()),
            ("no image", 415, format!("{image}{of_ada}"), full.as_str()),
        ] {
            refused(&service, what, status, &head, body, how).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_http_1_1_names_exactly_one_host() {
    let service = Service::start().await;
    for (hosts, status) in [("", 400), ("host: a\r\n", 200), ("host: a\r\nhost: a\r\n", 400)] {
        let mut raw = Raw::connect(service.url()).await;
        raw.send(format!("GET /livez HTTP/1.1\r\n{hosts}\r\n")).await.unwrap();
        let response = raw.response().await;
        assert_eq!(response.status, status, "{hosts:?}: {}", response.body);
    }
    let mut old = Raw::connect(service.url()).await;
    old.send("GET /livez HTTP/1.0\r\n\r\n").await.unwrap();
    assert_eq!(old.response().await.status, 200);
}
