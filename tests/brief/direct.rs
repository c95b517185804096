//! C2: the direct conversation of two members.

use causerie_tests::{Service, Site};
use serde_json::json;

use crate::sorted;

#[tokio::test(flavor = "multi_thread")]
async fn c2_pair_has_one_direct_conversation_from_either_side() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "cy"]).await;
    let registered = site.register_member("bo", "Bo Derek", true).await;
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let started = ada.start_direct("bo").await.done(200);
    assert_eq!(started.json["kind"], "direct");
    let direct = started.id();
    let again = bo.start_direct("ada").await.done(200);
    assert_eq!((&again.json, again.header("etag")), (&started.json, started.header("etag")));
    assert_ne!(ada.direct("cy").await, direct);
    assert_ne!(bo.direct("cy").await, direct);

    ada.start_direct("ada").await.problem(422, "direct.with_oneself");
    ada.start_direct("unknown").await.problem(404, "member.not_found");
    site.owner().await.start_direct("ada").await.some_problem().is(403);

    let mut live = bo.live().await;
    let sent = ada.send(direct, "between us").await.done(201);
    assert_eq!(live.message().await["conversation_id"], direct.to_string());
    assert_eq!(bo.reads(direct, &sent).await.each("text"), ["between us"]);
    let (of_ada, of_bo) = (ada.listed(direct, &sent).await, bo.listed(direct, &sent).await);
    assert_eq!((&of_ada["name"], &of_bo["name"]), (&json!("Bo Derek"), &json!("ada")));
    assert_eq!((&of_ada["unread"], &of_bo["unread"]), (&json!(0), &json!(1)));
    assert_eq!(sorted(ada.participants(direct, &sent).await), ["ada", "bo"]);

    let staff = service.caller("acme", "sam", "staff").await;
    for outsider in [&cy, &staff, &site.owner().await, &site.operator().await] {
        for path in ["", "/messages", "/participants"] {
            outsider.get(&format!("/conversations/{direct}{path}")).await.problem(404, "conversation.not_found");
        }
        outsider.send(direct, "hello").await.problem(404, "conversation.not_found");
        outsider.delete_group(direct).await.problem(404, "conversation.not_found");
        outsider.delete_message(direct, sent.id()).await.problem(404, "conversation.not_found");
        assert!(!outsider.shows("/conversations", &registered).await.text.contains(&direct.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c2_group_commands_on_a_direct_conversation_are_rejected() {
    let service = Service::start().await;
    let (_, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let direct = ada.direct("bo").await;
    let sent = ada.send(direct, "mine").await.done(201).id();
    let code = "conversation.not_a_group";
    for caller in [&ada, &bo] {
        caller.change_group(direct, &json!({ "name": "Us" })).await.problem(409, code);
        caller.add(direct, "cy").await.problem(409, code);
        caller.remove(direct, "me").await.problem(409, code);
        caller.remove(direct, "bo").await.problem(409, code);
        caller.grant(direct, "bo").await.problem(409, code);
        caller.delete_group(direct).await.problem(409, code);
    }
    bo.delete_message(direct, sent).await.some_problem().is(403);
    ada.delete_message(direct, sent).await.done(200);
}
