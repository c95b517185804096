//! Fifty concurrent requests for a resource with one or a few places: exactly as many succeed, and the others get an error.

use std::collections::BTreeMap;

use causerie_tests::{ApiResponse, Service, Site};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

const AT_ONCE: usize = 50;

fn counts(responses: &[ApiResponse]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for ApiResponse { status, json, .. } in responses {
        let code = json["code"].as_str().unwrap_or_default();
        *counts.entry(format!("{status} {code}").trim_end().to_owned()).or_default() += 1;
    }
    counts
}

/// Requires that `winners` requests succeeded and all others were rejected in the same way.
#[track_caller]
fn exactly(responses: &[ApiResponse], winners: usize, status: &str, refused: &str) {
    let counts = counts(responses);
    let expected = BTreeMap::from([(status.to_owned(), winners), (refused.to_owned(), responses.len() - winners)]);
    assert_eq!(counts, expected);
}

/// Retries a request that failed under contention, as on a busy machine.
async fn until_settled(ask: impl AsyncFn() -> ApiResponse) -> ApiResponse {
    loop {
        let response = ask().await;
        if response.status != 503 && response.json["code"] != "request.contended" {
            return response;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_creations_with_one_id_one_succeeds() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, operator] = [site.member("ada").await, site.operator().await];
    let (group, message) = (Uuid::now_v7(), Uuid::now_v7());
    let groups = (0..AT_ONCE).map(|n| {
        let (ada, name) = (&ada, format!("Group {n}"));
        until_settled(async move || ada.create_group(group, &name, &["bo"]).await)
    });
    exactly(&join_all(groups).await, 1, "201", "409 conversation.id_taken");

    let texts: Vec<String> = (0..AT_ONCE).map(|n| format!("text {n}")).collect();
    let sends = join_all(texts.iter().map(|text| {
        let ada = &ada;
        until_settled(async move || ada.send_as(group, message, text).await)
    }))
    .await;
    exactly(&sends, 1, "201", "409 message.id_taken");
    let sent = sends.iter().find(|response| response.status == 201).unwrap();
    let read = ada.reads(group, sent).await;
    assert_eq!(read.each("text"), [sent.json["text"].as_str().unwrap()], "the one that was accepted");

    let new = operator.at(service.url(), "globex");
    let sites = join_all((0..AT_ONCE).map(|n| {
        let (new, body) = (&new, json!({ "name": format!("Globex {n}"), "locale": "fr" }));
        until_settled(async move || new.put("", &body).await)
    }));
    exactly(&sites.await, 1, "201", "409 site.registered_differently");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_commands_at_one_version_one_succeeds() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let tag = ada.create_group(group, "Book club", &["bo"]).await.done(201).header("etag").to_owned();
    let renames = (0..AT_ONCE).map(|n| {
        let request = ada.request(Method::PATCH, &format!("/conversations/{group}")).header("if-match", &tag);
        ApiResponse::of(request.json(&json!({ "name": format!("Club {n}") })))
    });
    exactly(&join_all(renames).await, 1, "200", "412 if_match.moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_clients_with_one_ticket_one_opens_a_stream() {
    let service = Service::start().await;
    let (_, [ada]) = Site::with_members(&service, "acme", ["ada"]).await;
    let ticket = ada.post("/stream/tickets").await.is(201).json["ticket"].as_str().unwrap().to_owned();
    let stranger = service.stranger("acme");
    let opened = (0..AT_ONCE).map(|_| stranger.request(Method::GET, &format!("/stream?ticket={ticket}")).send());
    let statuses: Vec<u16> =
        join_all(opened).await.into_iter().map(|response| response.unwrap().status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), AT_ONCE - 1, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_concurrent_commands_fill_a_limit_of_twenty() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (ada, owner) = (site.member("ada").await, site.owner().await);
    for labels in ["roles", "badges"] {
        let assigns = (0..AT_ONCE).map(|n| {
            let (owner, path) = (&owner, format!("/members/bo/{labels}/l{n}"));
            until_settled(async move || owner.put_nothing(&path).await)
        });
        let responses = join_all(assigns).await;
        exactly(&responses, 20, "200", "409 member.too_many_labels");
        let last = owner.delete("/members/bo/badges/none").await.done(200);
        assert_eq!(owner.shows("/members/bo", &last).await.json[labels].as_array().unwrap().len(), 20);
    }
    let (group, message) = (Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    ada.send_as(group, message, "first").await.done(201);
    let emoji: Vec<String> = ('😀'..).take(AT_ONCE).map(String::from).collect();
    let reactions = emoji.iter().map(|emoji| {
        let ada = &ada;
        until_settled(async move || ada.react(group, message, emoji).await)
    });
    exactly(&join_all(reactions).await, 20, "200", "409 reaction.too_many_emoji");
}
