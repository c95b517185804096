//! Tickets, which open a stream without a header.

use std::time::Duration;

use causerie_tests::{ApiResponse, Caller, Live, Service, Site};
use reqwest::Method;
use uuid::Uuid;

async fn ticket(caller: &Caller) -> String {
    let response = caller.post("/stream/tickets").await.is(201);
    assert_eq!(response.json["expires_in"], 30);
    assert_eq!(response.header("cache-control"), "no-store");
    response.json["ticket"].as_str().unwrap().to_owned()
}

async fn refused(stranger: &Caller, ticket: &str) -> ApiResponse {
    stranger.get(&format!("/stream?ticket={ticket}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ticket_opens_one_stream_of_its_member() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let stranger = service.stranger("acme");
    let ticket = ticket(&bo).await;
    // As a browser resumes, with the position in the URL.
    let path = format!("/stream?ticket={ticket}&after={}", created.position());
    let mut live = Live::open(stranger.request(Method::GET, &path)).await;
    live.expect("ready").await;
    let sent = ada.send(group, "hello").await.done(201);
    assert_eq!(live.message().await["id"], sent.json["id"]);
    refused(&stranger, &ticket).await.problem(401, "ticket.invalid");
    refused(&stranger, "").await.problem(401, "ticket.invalid");
    refused(&stranger, "made-up").await.problem(401, "ticket.invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn ticket_is_valid_only_for_the_stream_of_its_site() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    Site::open(&service, "globex", &["ada"]).await;
    let ada = site.member("ada").await;
    let stranger = service.stranger("acme");
    let elsewhere = ticket(&ada).await;
    refused(&service.stranger("globex"), &elsewhere).await.problem(403, "token.other_site");
    refused(&stranger, &elsewhere).await.problem(401, "ticket.invalid");

    let unused = ticket(&ada).await;
    for path in ["", "/conversations", "/members", "/events"] {
        stranger.get(&format!("{path}?ticket={unused}")).await.problem(401, "token.missing");
    }
    stranger.post(&format!("/stream/tickets?ticket={unused}")).await.problem(401, "token.missing");
    let as_bearer = stranger.request(Method::GET, "/stream").bearer_auth(&unused).send().await.unwrap();
    assert_eq!(as_bearer.status(), 401);
    Live::open(stranger.request(Method::GET, &format!("/stream?ticket={unused}"))).await.expect("ready").await;

    stranger.post("/stream/tickets").await.problem(401, "token.missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_member_can_neither_get_nor_use_a_ticket() {
    let service = Service::start().await;
    let (site, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let before = ticket(&ada).await;
    site.owner().await.post("/members/ada/block").await.done(200);
    ada.post("/stream/tickets").await.problem(403, "member.blocked");
    refused(&service.stranger("acme"), &before).await.problem(403, "member.blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn ticket_stream_ends_when_its_token_expires() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = service.caller_for(site.id, "ada", "member", Duration::from_secs(3)).await;
    let path = format!("/stream?ticket={}", ticket(&ada).await);
    let mut live = Live::open(service.stranger("acme").request(Method::GET, &path)).await;
    live.expect("ready").await;
    live.end().await;
}
