//! Responses to commands that former participants repeat: they contain nothing that changed after the departure.

use causerie_tests::{ApiResponse, Caller, Service, Site};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::idempotence::assert_same;
use crate::pair_in_a_group;

async fn leaves(who: &Caller, group: Uuid, expected: &str) -> ApiResponse {
    let request = who.request(Method::DELETE, &format!("/conversations/{group}/participants/me"));
    ApiResponse::of(request.header("if-match", expected)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_again_shows_no_later_state_of_the_group() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let group = ada.group(&["bo", "cy"]).await;
    let left = bo.remove(group, "me").await.done(200);
    let put_out = ada.remove(group, "cy").await.done(200);
    let was_put_out = cy.remove(group, "me").await.done(200);
    assert_eq!(was_put_out.header("etag"), put_out.header("etag"));
    for name in ["Chess club", "Film club"] {
        ada.change_group(group, &json!({ "name": name })).await.done(200);
        assert_same(&left, &bo.remove(group, "me").await);
        assert_same(&was_put_out, &cy.remove(group, "me").await);
        leaves(&bo, group, left.header("etag")).await.done(200);
        for version in ["\"1\"", "\"3\"", "\"4\"", "\"5\""] {
            leaves(&bo, group, version).await.problem(412, "if_match.moved");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn repeated_creation_after_leaving_shows_the_creation() {
    let service = Service::start().await;
    let (_, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    ada.remove(group, "me").await.done(200);
    bo.change_group(group, &json!({ "name": "Secret club" })).await.done(200);
    bo.add(group, "cy").await.done(200);
    assert_same(&created, &ada.create_group(group, "Book club", &["bo"]).await);
    let again = async |expected: &str| {
        let body = json!({ "name": "Book club", "participants": ["bo"] });
        let request = ada.request(Method::PUT, &format!("/groups/{group}")).json(&body);
        ApiResponse::of(request.header("if-match", expected)).await
    };
    assert_same(&created, &again("\"1\"").await);
    for version in ["\"0\"", "\"4\"", "\"5\""] {
        again(version).await.problem(412, "if_match.moved");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn resend_after_leaving_reveals_no_later_version() {
    let service = Service::start().await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let message = Uuid::now_v7();
    let sent = bo.send_as(group, message, "hello").await.done(201);
    bo.remove(group, "me").await.done(200);
    ada.react(group, message, "%F0%9F%91%8D").await.done(200);
    let again = async |expected: &str| {
        let request = bo.request(Method::PUT, &format!("/conversations/{group}/messages/{message}"));
        ApiResponse::of(request.json(&json!({ "text": "hello" })).header("if-match", expected)).await
    };
    assert_same(&sent, &again("\"1\"").await);
    assert_same(&sent, &again("*").await);
    for version in ["\"0\"", "\"2\"", "\"3\""] {
        again(version).await.problem(412, "if_match.moved");
    }
}
