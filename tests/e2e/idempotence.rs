//! Retries: a repeated command changes nothing and returns the same response.

use causerie_tests::{ApiResponse, Service, Site};
use serde_json::json;
use uuid::Uuid;

#[track_caller]
pub(crate) fn assert_same(first: &ApiResponse, again: &ApiResponse) {
    let seen = |response: &ApiResponse| {
        let (etag, position) = (response.header("etag").to_owned(), response.position().to_owned());
        (response.status, response.json.clone(), etag, position)
    };
    assert_eq!(seen(first), seen(again), "{}", first.request);
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
