//! Changing, listing, closing and reopening a site; comparison of origins.

use causerie_tests::{ApiResponse, Caller, Service, Site, eventually};
use reqwest::Method;
use serde_json::json;

async fn allowed(caller: &Caller, origin: &str) -> String {
    let preflight = caller.request(Method::OPTIONS, "/conversations").header("origin", origin);
    let response = preflight.header("access-control-request-method", "GET").send().await.unwrap();
    response.headers().get("access-control-allow-origin").map_or("", |value| value.to_str().unwrap()).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn name_language_and_origins_of_a_site_are_changed() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let (operator, owner, ada) = (site.operator().await, site.owner().await, site.member("ada").await);
    ada.business("me").await;
    let mut live = ada.live().await;
    let named = owner.patch("", &json!({ "name": "Acme  Gardens\u{202e}" })).await.done(200);
    assert_eq!(named.json["name"], "Acme Gardens");
    assert_eq!(live.expect("site.changed").await.data["name"], "Acme Gardens");
    assert_eq!(ada.shows("/conversations", &named).await.items()[0]["name"], "Acme Gardens");
    let origins =
        json!({ "locale": "en-GB", "allowed_origins": ["https://WWW.Example.com:443", "https://müller.example"] });
    let changed = operator.patch("", &origins).await.done(200);
    assert_eq!(changed.json["allowed_origins"], json!(["https://www.example.com", "https://xn--mller-kva.example"]));
    assert_eq!(changed.json["locale"], "en-GB");
    assert_eq!(changed.json["name"], "Acme Gardens");
    for origin in ["https://www.example.com", "https://xn--mller-kva.example"] {
        assert_eq!(allowed(&ada, origin).await, origin);
    }
    for origin in ["https://example.com", "https://www.example.com:8443", "http://www.example.com", "null"] {
        assert_eq!(allowed(&ada, origin).await, "");
    }
    let again = operator.patch("", &origins).await.done(200);
    assert_eq!(again.header("etag"), changed.header("etag"));

    // Registering the current values again succeeds; other values are a conflict.
    let now = json!({ "name": "Acme Gardens", "locale": "en-GB",
        "allowed_origins": ["https://www.example.com", "HTTPS://xn--mller-kva.example:443"] });
    operator.put("", &now).await.done(201);
    let before = json!({ "name": "acme", "locale": "fr" });
    operator.put("", &before).await.problem(409, "site.registered_differently");
    ada.patch("", &json!({ "name": "Mine" })).await.problem(403, "site.operator_or_owner_only");
    owner.patch("", &json!({ "name": "\u{3164}" })).await.problem(422, "site.name_empty").points_at("/name");
    owner.patch("", &json!({ "locale": "French" })).await.problem(422, "site.locale_invalid");
    for (wrong, said) in [
        ("https://*.example.com", "wildcards"),
        ("null", "`null`"),
        ("https://www.example.com/", "slash"),
        ("https://www.example.com/chat", "path"),
        ("www.example.com", "begins with"),
        ("https://", "no host"),
    ] {
        let body = json!({ "allowed_origins": ["https://a.example", wrong] });
        let refused = owner.patch("", &body).await.problem(422, "site.origin_invalid").points_at("/allowed_origins/1");
        assert!(refused.json["detail"].as_str().unwrap().contains(said), "{wrong}: {}", refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_site_is_open_to_its_operator_only() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (operator, owner, ada) = (site.operator().await, site.owner().await, site.member("ada").await);
    let group = ada.group(&["bo"]).await;
    let sent = ada.send(group, "before").await.done(201);
    let ticket = ada.post("/stream/tickets").await.is(201).json["ticket"].as_str().unwrap().to_owned();
    let mut live = ada.live().await;
    owner.post("/close").await.problem(403, "site.operator_only");
    let closed = operator.post("/close").await.done(200);
    assert_eq!(closed.json["closed"], true);
    assert_eq!(operator.post("/close").await.done(200).header("etag"), closed.header("etag"));
    live.end().await;

    for caller in [&ada, &owner, &service.caller("acme", "sam", "staff").await] {
        for path in ["", "/members", "/conversations", "/members/me"] {
            caller.get(path).await.problem(403, "site.closed");
        }
        caller.send(group, "after").await.problem(403, "site.closed");
    }
    owner.patch("/settings", &json!({ "approval": "manual" })).await.problem(403, "site.closed");
    owner.get("/events").await.problem(403, "site.closed");
    ada.messages(group, "limit=1").await.problem(403, "site.closed");
    ada.post("/stream/tickets").await.problem(403, "site.closed");
    let ticketed = service.stranger("acme").request(Method::GET, &format!("/stream?ticket={ticket}"));
    ApiResponse::of(ticketed).await.problem(403, "site.closed");
    operator.get("").await.is(200);
    operator.put("/members/cy", &json!({ "display_name": "Cy" })).await.done(200);
    let other = Site::open(&service, "other", &["ada"]).await;
    other.member("ada").await.get("/members").await.is(200);

    operator.post("/reopen").await.done(200);
    assert_eq!(ada.reads(group, &sent).await.is(200).each("text"), ["before"]);
    ada.send(group, "after").await.done(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_ends_sends_through_another_process() {
    let service = Service::start().await;
    let (site, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let node = service.another_node().await;
    let there = ada.at(node.said("url"), "acme");
    there.send(group, "before").await.done(201);
    site.operator().await.post("/close").await.done(200);
    // A send reads the site, and a query checks it: both are rejected immediately, whatever the other process has cached.
    there.send(group, "after").await.problem(403, "site.closed");
    there.messages(group, "limit=1").await.problem(403, "site.closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn operator_lists_sites() {
    let service = Service::start().await;
    for id in ["delta", "acme", "beta", "cafe"] {
        Site::register(&service, id).await;
    }
    let operator = Site { service: &service, id: "acme" }.operator().await;
    let closed = operator.at(service.url(), "beta").post("/close").await.done(200);
    let list = async |token: &str, query: &str| {
        let request = reqwest::Client::new().get(format!("{}/v1/sites{query}", service.url())).bearer_auth(token);
        ApiResponse::of(request.header("causerie-min-position", closed.position())).await
    };
    let shown = async || list(operator.token(), "").await;
    let all = eventually("the list", shown, |response| response.status != 503).await.is(200);
    assert_eq!(all.each("id"), ["acme", "beta", "cafe", "delta"]);
    let item = json!({ "id": "beta", "name": "beta", "member_chat_enabled": false, "closed": true });
    assert_eq!(all.items()[1], item);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = list(operator.token(), &format!("?limit=1{cursor}")).await.is(200);
        seen.extend(page.each("id"));
        let Some(next) = page.json["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, all.each("id"));
    let of_one = service.caller("cafe", "op", "operator").await;
    assert_eq!(list(of_one.token(), "").await.is(200).each("id"), ["cafe"]);
    for role in ["member", "staff", "owner"] {
        let caller = service.caller("acme", "olga", role).await;
        list(caller.token(), "").await.problem(403, "site.operator_only");
    }
    list("nonsense", "").await.problem(401, "token.invalid");
    list(operator.token(), "?cursor=x").await.problem(400, "cursor.invalid");
}
