//! Fifty at once for what only one can have, or only so many: exactly as many get it, and the others are told why.

use std::collections::BTreeMap;

use causerie_tests::{Answer, Service, Site};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

const AT_ONCE: usize = 50;

/// How many answers there were of each status and code.
fn told(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for Answer { status, json, .. } in answers {
        let code = json["code"].as_str().unwrap_or_default();
        *told.entry(format!("{status} {code}").trim_end().to_owned()).or_default() += 1;
    }
    told
}

/// Requires so many to have been carried out, and all others to have been refused like this.
#[track_caller]
fn exactly(answers: &[Answer], winners: usize, status: &str, refused: &str) {
    let told = told(answers);
    let expected = BTreeMap::from([(status.to_owned(), winners), (refused.to_owned(), answers.len() - winners)]);
    assert_eq!(told, expected);
}

/// What moves all the time, or waits for too long on a busy machine, may be given up on: then it is asked again.
async fn until_settled(ask: impl AsyncFn() -> Answer) -> Answer {
    loop {
        let answer = ask().await;
        if answer.status != 503 && answer.json["code"] != "request.contended" {
            return answer;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_who_take_one_id_exactly_one_gets_it() {
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
    let sent = sends.iter().find(|answer| answer.status == 201).unwrap();
    let read = ada.reads(group, sent).await;
    assert_eq!(read.each("text"), [sent.json["text"].as_str().unwrap()], "the one that was told so");

    let new = operator.at(service.url(), "globex");
    let sites = join_all((0..AT_ONCE).map(|n| {
        let (new, body) = (&new, json!({ "name": format!("Globex {n}"), "locale": "fr" }));
        until_settled(async move || new.put("", &body).await)
    }));
    exactly(&sites.await, 1, "201", "409 site.registered_differently");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_at_one_version_exactly_one_moves_it() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await;
    let group = Uuid::now_v7();
    let tag = ada.create_group(group, "Book club", &["bo"]).await.done(201).header("etag").to_owned();
    let renames = (0..AT_ONCE).map(|n| {
        let request = ada.request(Method::PATCH, &format!("/conversations/{group}")).header("if-match", &tag);
        Answer::of(request.json(&json!({ "name": format!("Club {n}") })))
    });
    exactly(&join_all(renames).await, 1, "200", "412 if_match.moved");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_with_one_ticket_exactly_one_opens_its_stream() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let ada = site.member("ada").await;
    let ticket = ada.post("/stream/tickets").await.is(201).json["ticket"].as_str().unwrap().to_owned();
    let stranger = service.stranger("acme");
    let opened = (0..AT_ONCE).map(|_| stranger.request(Method::GET, &format!("/stream?ticket={ticket}")).send());
    let statuses: Vec<u16> =
        join_all(opened).await.into_iter().map(|answer| answer.unwrap().status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), AT_ONCE - 1, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_fill_what_holds_twenty_and_no_more() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (ada, owner) = (site.member("ada").await, site.owner().await);
    for labels in ["roles", "badges"] {
        let assigns = (0..AT_ONCE).map(|n| {
            let (owner, path) = (&owner, format!("/members/bo/{labels}/l{n}"));
            until_settled(async move || owner.put_nothing(&path).await)
        });
        let answers = join_all(assigns).await;
        exactly(&answers, 20, "200", "409 member.too_many_labels");
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
