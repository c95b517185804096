//! `ETag`, `If-Match` and `If-None-Match` on commands and queries.

use causerie_tests::{ApiResponse, Caller, Service, Site};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::pair_in_a_group;

async fn change(who: &Caller, group: Uuid, name: &str, expected: &str) -> ApiResponse {
    let request = who.request(Method::PATCH, &format!("/conversations/{group}"));
    ApiResponse::of(request.json(&json!({ "name": name })).header("if-match", expected)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn command_with_if_match_runs_only_at_that_version() {
    let service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    assert_eq!(created.header("etag"), "\"1\"");

    let renamed = change(&ada, group, "Chess club", created.header("etag")).await.done(200);
    assert_eq!(renamed.header("etag"), "\"2\"");
    change(&ada, group, "Film club", created.header("etag")).await.problem(412, "if_match.moved");
    // Also if the command would change nothing.
    change(&ada, group, "Chess club", created.header("etag")).await.problem(412, "if_match.moved");
    change(&ada, group, "Film club", "*").await.done(200);
    for odd in ["1", "\"one\"", "W/\"3\"", "\"1\", \"3\""] {
        change(&ada, group, "Chess club", odd).await.problem(400, "if_match.invalid");
    }
    let read = ada.get(&format!("/conversations/{group}")).await.is(200);
    assert_eq!(read.json["name"], "Film club");
    // The ETag of a query is valid for a command.
    change(&ada, group, "Choir", read.header("etag")).await.done(200);
    change(&ada, group, "Chess club", read.header("etag")).await.problem(412, "if_match.moved");

    // A missing message has no version: one that must be new, and one that must exist.
    let path = format!("/conversations/{group}/messages/{}", Uuid::now_v7());
    let send = async |expected: &str| {
        let request = ada.request(Method::PUT, &path).json(&json!({ "text": "hello" }));
        ApiResponse::of(request.header("if-match", expected)).await
    };
    send("*").await.problem(412, "if_match.moved");
    send("\"0\"").await.done(201);
    send("\"1\"").await.done(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_has_already_is_not_sent_again() {
    let service = Service::start().await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let sent = ada.send(group, "hello").await.done(201);
    let paths = [
        String::new(),
        "/conversations".to_owned(),
        format!("/conversations/{group}"),
        format!("/conversations/{group}/messages"),
        format!("/conversations/{group}/participants"),
        "/members".to_owned(),
        "/members/bo".to_owned(),
    ];
    for path in &paths {
        let first = ada.get_after(path, &sent).await.is(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        let ask =
            async |known: &str| ApiResponse::of(ada.request(Method::GET, path).header("if-none-match", known)).await;
        let again = ask(&tag).await.is(304);
        assert_eq!((again.text.as_str(), again.header("etag")), ("", tag.as_str()), "{path}");
        ask(&format!("\"x\", W/{tag}")).await.is(304);
        let other = ask("\"x\"").await.is(200);
        assert_eq!(other.text, first.text, "{path}");
    }
    // The unread count is not part of the version of the conversation, but changes the ETag.
    let path = format!("/conversations/{group}");
    let before = ada.get(&path).await.is(200);
    let reply = bo.send(group, "hi").await.done(201);
    let after = ada.get_after(&path, &reply).await.is(200);
    assert_ne!(before.header("etag"), after.header("etag"));
}

#[tokio::test(flavor = "multi_thread")]
async fn precondition_on_another_member_reveals_no_version() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "mal"]).await;
    let [bo, mal, owner] = [site.member("bo").await, site.member("mal").await, site.owner().await];
    let routes = [
        (Method::POST, "/members/bo/mute"),
        (Method::DELETE, "/members/bo/community"),
        (Method::PUT, "/members/bo/badges/gold"),
        (Method::POST, "/members/olga/mute"),
        (Method::PUT, "/business/bo"),
    ];
    let responses = async || {
        let mut seen = Vec::new();
        for (method, path) in &routes {
            for expected in ["*", "\"0\"", "\"1\"", "\"2\"", "\"3\""] {
                let request = mal.request(method.clone(), path).header("if-match", expected);
                let response = ApiResponse::of(request).await.some_problem().is(403);
                seen.push((path, expected, response.json["code"].clone()));
            }
        }
        seen
    };
    let before = responses().await;
    // Private actions: each is an event in a stream of the member.
    bo.block_contact("mal").await.done(200);
    owner.get("/events").await.is(200);
    assert_eq!(responses().await, before);
}
