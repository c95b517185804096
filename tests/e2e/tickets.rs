//! Tickets: how a stream is opened without a header.

use std::time::Duration;

use causerie_tests::{Answer, Caller, Live, Service, Site};
use reqwest::Method;
use uuid::Uuid;

async fn ticket(caller: &Caller) -> String {
    let answer = caller.post("/stream/tickets").await.is(201);
    assert_eq!(answer.json["expires_in"], 30);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json["ticket"].as_str().unwrap().to_owned()
}

async fn refused(stranger: &Caller, ticket: &str) -> Answer {
    stranger.get(&format!("/stream?ticket={ticket}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_opens_one_stream_as_the_member_it_was_given_to() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let stranger = service.stranger("acme");
    let ticket = ticket(&bo).await;
    // As a browser resumes: the position in the address as well.
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
async fn a_ticket_is_for_its_site_and_for_the_stream_alone() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    Site::open(&service, "globex", &["ada"]).await;
    let ada = site.member("ada").await;
    let stranger = service.stranger("acme");
    let elsewhere = ticket(&ada).await;
    refused(&service.stranger("globex"), &elsewhere).await.problem(403, "token.other_site");
    refused(&stranger, &elsewhere).await.problem(401, "ticket.invalid");

    let kept = ticket(&ada).await;
    for path in ["", "/conversations", "/members", "/events"] {
        stranger.get(&format!("{path}?ticket={kept}")).await.problem(401, "token.missing");
    }
    stranger.post(&format!("/stream/tickets?ticket={kept}")).await.problem(401, "token.missing");
    let as_bearer = stranger.request(Method::GET, "/stream").bearer_auth(&kept).send().await.unwrap();
    assert_eq!(as_bearer.status(), 401);
    Live::open(stranger.request(Method::GET, &format!("/stream?ticket={kept}"))).await.expect("ready").await;

    stranger.post("/stream/tickets").await.problem(401, "token.missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_blocked_gets_no_ticket_and_comes_in_with_none_from_before() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await;
    let before = ticket(&ada).await;
    site.owner().await.post("/members/ada/block").await.done(200);
    ada.post("/stream/tickets").await.problem(403, "member.blocked");
    refused(&service.stranger("acme"), &before).await.problem(403, "member.blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_opened_with_a_ticket_ends_when_the_token_behind_it_expires() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = service.caller_for(site.id, "ada", "member", Duration::from_secs(3)).await;
    let path = format!("/stream?ticket={}", ticket(&ada).await);
    let mut live = Live::open(service.stranger("acme").request(Method::GET, &path)).await;
    live.expect("ready").await;
    live.end().await;
}
