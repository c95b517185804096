//! Requests without a valid token: their cost, and the client address by which they are limited.

use causerie_tests::{ApiResponse, Caller, Service, Site, Statements};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

const ALLOWED: &str = "https://shop.example";

fn limits() -> [(&'static str, &'static str); 2] {
    [("CAUSERIE_LIMITS__ANONYMOUS_PER_SECOND", "1"), ("CAUSERIE_LIMITS__ANONYMOUS_BURST", "40")]
}

/// A request that a proxy on this machine forwards for a client.
async fn forwarded(caller: &Caller, client: &str, token: Option<&str>) -> u16 {
    let request = caller.request(Method::GET, "").header("x-forwarded-for", client);
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn anonymous_clients_are_limited_by_trusted_address() {
    let service = Service::start_with(&limits()).await;
    let ada = Site::open(&service, "acme", &["ada"]).await.member("ada").await;
    let stranger = service.stranger("acme");
    let statuses = async |clients: Vec<&str>, token| {
        join_all(clients.into_iter().map(|client| forwarded(&stranger, client, token))).await
    };
    let refused = |statuses: &[u16]| statuses.iter().filter(|status| **status == 429).count();
    // An invalid token counts as ten requests.
    let false_tokens = statuses(vec!["192.0.2.1"; 10], Some("false")).await;
    assert!((5..=6).contains(&refused(&false_tokens)), "{false_tokens:?}");
    // The address written by the client is further left.
    let spoofed = statuses(vec!["203.0.113.1, 192.0.2.1", "203.0.113.2, 192.0.2.1"], Some("false")).await;
    assert_eq!(refused(&spoofed), 2, "{spoofed:?}");
    // One IPv6 network, and other networks.
    let networked =
        statuses(vec!["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5"], Some("false"));
    assert_eq!(refused(&networked.await), 1);
    assert_eq!(forwarded(&stranger, "2001:db8:0:1::1", Some("false")).await, 401);
    assert_eq!(forwarded(&stranger, "192.0.2.2", None).await, 401);
    let problem =
        ApiResponse::of(stranger.request(Method::GET, "").header("x-forwarded-for", "192.0.2.1").bearer_auth("x"));
    assert!(!problem.await.problem(429, "rate.exceeded").header("retry-after").is_empty());
    // Requests with a valid token from the same address do not count.
    assert_eq!(forwarded(&ada, "192.0.2.1", None).await, 200);

    let direct = [&limits()[..], &[("CAUSERIE_SERVER__TRUSTED_PROXIES", "192.0.2.0/24")]].concat();
    let node = service.another_with("api", &direct).await;
    let there = stranger.at(node.said("url"), "acme");
    let clients: Vec<String> = (0..10).map(|n| format!("198.51.100.{n}")).collect();
    let by_connection = join_all(clients.iter().map(|client| forwarded(&there, client, Some("false")))).await;
    assert!((5..=6).contains(&refused(&by_connection)), "the header is believed: {by_connection:?}");
    reqwest::get(format!("{}/readyz", node.said("url"))).await.unwrap().error_for_status().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn request_without_a_token_runs_no_statement() {
    let service = Service::start_with(&limits()).await;
    let operator = service.caller("*", "operator", "operator").await.at(service.url(), "acme");
    let body = json!({ "name": "Acme", "locale": "en", "allowed_origins": [ALLOWED] });
    operator.put("", &body).await.done(201);
    let (before, database) = service.servers.database_url().rsplit_once('/').unwrap();
    let (credentials, port) = before.rsplit_once(':').unwrap();
    let statements = Statements::to(port.parse().unwrap()).await;
    let through = format!("{credentials}:{}/{database}", statements.port);
    let node = service.another_with("api", &[&limits()[..], &[("CAUSERIE_DATABASE__URL", &through)]].concat()).await;
    let loads = || statements.take().iter().filter(|statement| statement.contains("payload FROM events\n")).count();
    let at = |site: &str| service.stranger(site).at(node.said("url"), site);
    loads();

    for n in 0..20 {
        let site = format!("site-{n}");
        let request =
            at(&site).request(Method::GET, "").header("origin", ALLOWED).header("x-forwarded-for", "192.0.2.1");
        let response = request.send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().get("access-control-allow-origin")), (401, None));
    }
    assert_eq!(loads(), 0, "for requests without a token");
    let preflight = async |site: &str, client: &str| {
        let request = at(site).request(Method::OPTIONS, &format!("/conversations/{}", Uuid::now_v7()));
        let request = request.header("origin", ALLOWED).header("access-control-request-method", "PUT");
        let response = request.header("x-forwarded-for", client).send().await.unwrap();
        (response.status().as_u16(), response.headers().get("access-control-allow-origin").cloned())
    };
    for _ in 0..15 {
        assert_eq!(preflight("acme", "192.0.2.2").await, (200, Some(ALLOWED.parse().unwrap())));
    }
    assert_eq!(loads(), 1, "for preflights of a site");
    for _ in 0..15 {
        assert_eq!(preflight("nowhere", "192.0.2.3").await, (200, None));
    }
    assert_eq!(loads(), 1, "for preflights of a site that is not there, which is remembered for a moment");
    let made_up: Vec<String> = (0..60).map(|n| format!("made-up-{n}")).collect();
    let statuses = join_all(made_up.iter().map(async |site| preflight(site, "192.0.2.4").await.0)).await;
    assert!(statuses.contains(&429), "{statuses:?}");
    let asked = loads();
    assert!((1..=5).contains(&asked), "{asked} lookups for 60 preflights of made-up sites from one address");
}
