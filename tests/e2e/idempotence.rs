//! Retries: a repeated command changes nothing and returns the same response.

use causerie_tests::{ApiResponse, Service, Site};
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

#[track_caller]
pub(crate) fn assert_same(first: &ApiResponse, again: &ApiResponse) {
    let seen = |response: &ApiResponse| {
        let (etag, position) = (response.header("etag").to_owned(), response.position().to_owned());
        (response.status, response.json.clone(), etag, position)
    };
    assert_eq!(seen(first), seen(again), "{}", first.request);
}

fn of_type<'a>(log: &'a [Value], event_type: &str) -> Vec<&'a Value> {
    log.iter().filter(|event| event["type"] == event_type).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn message_sent_again_returns_the_same_response() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let (group, other, id) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    ada.create_group(other, "Others", &["bo"]).await.done(201);

    let first = ada.send_as(group, id, "hello").await.done(201);
    assert_eq!(first.json["id"], id.to_string());
    bo.send(group, "in between").await.done(201);
    assert_same(&first, &ada.send_as(group, id, "hello").await);

    ada.send_as(group, id, "other text").await.problem(409, "message.id_taken");
    ada.send_as(other, id, "hello").await.problem(409, "message.id_taken");
    bo.send_as(group, id, "hello").await.problem(409, "message.id_taken");

    // Also if the command would now be rejected.
    site.owner().await.post("/member-chat/disable").await.done(200);
    assert_same(&first, &ada.send_as(group, id, "hello").await);

    let log = service.replay(Some("acme")).await;
    let sent = of_type(&log, "MessageSent");
    assert_eq!(sent.iter().filter(|event| event["aggregate_id"] == format!("acme/{id}")).count(), 1);
    assert_eq!(sent.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_sends_of_one_message_are_one_event() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    for round in 1..=5 {
        let id = Uuid::now_v7();
        let responses = join_all((0..20).map(|_| ada.send_as(group, id, "hello"))).await;
        for response in &responses {
            assert_same(&responses[0].clone().done(201), response);
        }
        assert_eq!(of_type(&service.replay(Some("acme")).await, "MessageSent").len(), round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_concurrent_messages_with_one_id_one_is_accepted() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let (group, id) = (Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let texts: Vec<String> = (0..20).map(|n| format!("text {n}")).collect();
    let sends = texts.iter().zip([&ada, &bo].into_iter().cycle()).map(|(text, author)| author.send_as(group, id, text));
    let responses = join_all(sends).await;
    let (taken, refused): (Vec<_>, Vec<_>) = responses.into_iter().partition(|response| response.status == 201);
    assert_eq!(taken.len(), 1, "{taken:#?}");
    for response in refused {
        response.problem(409, "message.id_taken");
    }
    let log = service.replay(Some("acme")).await;
    let sent = of_type(&log, "MessageSent");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["data"]["text"], taken[0].json["text"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_repeated_command_returns_the_same_response() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    let (operator, owner) = (site.operator().await, site.owner().await);
    site.welcome(&["ada", "bo", "cy", "dee"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let acme = json!({ "name": "acme", "locale": "fr" });
    let member = json!({ "display_name": "Cy", "community": true, "avatar_url": "https://a.example/cy.png" });
    macro_rules! twice {
        ($($status:literal: $command:expr;)+) => { $({
            let first = $command.await.done($status);
            assert_same(&first, &$command.await);
        })+ };
    }
    twice! {
        201: operator.put("", &acme);
        200: operator.put("/members/cy", &member);
        200: owner.post("/member-chat/disable");
        200: owner.post("/member-chat/enable");
        201: ada.create_group(group, "Book club", &["bo", "cy"]);
        200: ada.add(group, "dee");
        200: ada.remove(group, "cy");
        200: ada.remove(group, "me");
        200: bo.remove(group, "dee");
        200: owner.post("/members/cy/block");
        200: owner.post("/members/cy/unblock");
        200: bo.remove(group, "bo");
    }
    let log = service.replay(None).await;
    let types: Vec<_> = log.iter().filter_map(|event| event["type"].as_str()).skip(5).collect();
    let once = [
        "MemberProfileChanged",
        "MemberChatEnabled",
        "GroupCreated",
        "ParticipantAdded",
        "ParticipantRemoved",
        "ParticipantLeft",
        "AdminGranted",
        "ParticipantRemoved",
        "MemberBlocked",
        "MemberUnblocked",
        "ParticipantLeft",
        "GroupClosed",
    ];
    assert_eq!(types, once);
    ada.create_group(group, "Other", &["bo", "cy"]).await.problem(409, "conversation.id_taken");
    operator.put("", &json!({ "name": "other", "locale": "fr" })).await.problem(409, "site.registered_differently");
}

#[tokio::test(flavor = "multi_thread")]
async fn command_without_a_change_returns_the_current_version() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let ada = site.member("ada").await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    assert_eq!(created.header("etag"), "\"1\"");
    let added = ada.add(group, "cy").await.done(200);
    assert_eq!(added.header("etag"), "\"2\"");
    // The first participants are in the group already.
    let again = ada.add(group, "bo").await.done(200);
    assert_same(&added, &again);
}
