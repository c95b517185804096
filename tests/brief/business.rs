//! C1: the business conversation of a member.

use causerie_tests::{Service, Site};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn c1_member_has_one_business_conversation_all_staff_see() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    site.welcome(&["ada", "bo"]).await;
    site.register_member("cy", "Cy", false).await;
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let (sam, tim) = (service.caller("acme", "sam", "staff").await, service.caller("acme", "tim", "staff").await);
    let owner = site.owner().await;

    let started = ada.start_business("me").await.done(200);
    assert_eq!(started.json["kind"], "business");
    let business = started.id();
    for (caller, of) in [(&ada, "me"), (&ada, "ada"), (&sam, "ada"), (&owner, "ada")] {
        assert_eq!(caller.business(of).await, business);
    }
    let of_cy = sam.business("cy").await;
    assert_ne!(of_cy, business);
    bo.start_business("ada").await.problem(403, "member.oneself_only");
    sam.start_business("unknown").await.problem(404, "member.not_found");

    ada.send(business, "a question").await.done(201);
    let reply = sam.send(business, "a reply").await.done(201);
    let hello = cy.send(of_cy, "hello").await.done(201);
    for staff in [&sam, &tim, &owner] {
        let inbox = staff.shows("/conversations?kind=business", &hello).await;
        assert_eq!(inbox.each("id"), [of_cy.to_string(), business.to_string()], "latest first");
        assert_eq!(inbox.each("name"), ["Cy", "ada"]);
        assert_eq!(staff.reads(business, &reply).await.each("text"), ["a question", "a reply"]);
    }
    let mine = ada.listed(business, &hello).await;
    assert_eq!((&mine["name"], &mine["unread"], &mine["locked"]), (&json!("acme"), &json!(1), &json!(false)));
    assert_eq!(tim.listed(business, &hello).await["unread"], 2);
    assert_eq!(sam.listed(business, &hello).await["unread"], 1);

    for stranger in [&bo, &cy] {
        for path in ["", "/messages", "/participants"] {
            stranger.get(&format!("/conversations/{business}{path}")).await.problem(404, "conversation.not_found");
        }
        stranger.send(business, "let me in").await.problem(404, "conversation.not_found");
    }
    let operator = site.operator().await;
    operator.messages(business, "").await.problem(404, "conversation.not_found");
    for caller in [&ada, &sam] {
        let refused = caller.change_group(business, &json!({ "name": "Mine" })).await;
        refused.problem(409, "conversation.not_a_group");
        caller.remove(business, "ada").await.problem(409, "conversation.not_a_group");
        caller.delete_group(business).await.problem(409, "conversation.not_a_group");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c1_blocked_staff_and_members_have_no_inbox() {
    let service = Service::start().await;
    let (site, [ada, ..]) = Site::with_members(&service, "acme", ["ada", "bo", "sam"]).await;
    let (owner, sam) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let business = ada.business("me").await;
    owner.post("/members/bo/block").await.done(200);
    owner.start_business("bo").await.problem(404, "member.not_found");
    let mut live = sam.live().await;
    ada.send(business, "before").await.done(201);
    assert_eq!(live.message().await["text"], "before");
    // Staff by token only, without the assigned role, can be blocked.
    owner.post("/members/sam/block").await.done(200);
    ada.send(business, "after").await.done(201);
    live.end().await;
    assert_eq!(live.texts(), ["before"]);
    sam.messages(business, "").await.problem(403, "member.blocked");
    sam.get("/conversations?kind=business").await.problem(403, "member.blocked");
    sam.send(business, "hello").await.problem(403, "member.blocked");
}
