//! M2 and M3: approving, blocking, removing and muting members.

use causerie_tests::{Caller, Service, Site};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{group, sorted};

#[tokio::test(flavor = "multi_thread")]
async fn m2_pending_member_can_do_nothing_until_approved() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let staff = service.caller("acme", "sam", "staff").await;
    site.owner().await.patch("/settings", &json!({ "approval": "manual" })).await.done(200);
    let registered = site.register_member("bo", "Bo", true).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    for path in ["", "/members", "/conversations", "/stream"] {
        bo.get(path).await.problem(403, "member.pending");
    }
    bo.start_business("me").await.problem(403, "member.pending");
    bo.create_group(Uuid::now_v7(), "Mine", &["ada"]).await.problem(403, "member.pending");
    assert_eq!(ada.shows("/members", &registered).await.each("id"), ["ada"]);
    ada.start_direct("bo").await.problem(404, "member.not_found");
    assert_eq!(staff.shows("/members?status=pending", &registered).await.each("id"), ["bo"]);

    ada.post("/members/bo/approve").await.problem(403, "member.staff_only");
    staff.post("/members/unknown/approve").await.problem(404, "member.not_found");
    let mut live = ada.live().await;
    let approved = staff.post("/members/bo/approve").await.done(200);
    assert_eq!(approved.json["status"], "active");
    let again = staff.post("/members/bo/approve").await.done(200);
    assert_eq!((&again.json, again.header("etag")), (&approved.json, approved.header("etag")));
    assert_eq!(live.until("member.changed", "bo").await.data["display_name"], "Bo");
    assert_eq!(sorted(ada.shows("/members", &approved).await.each("id")), ["ada", "bo"]);
    bo.send(bo.direct("ada").await, "hello").await.done(201);
}

/// Requires that all requests of a member are rejected with this code.
async fn is_barred(bo: &Caller, [club, direct, business, message]: [Uuid; 4], code: &str) {
    let reads = ["", "/members", "/members/me", "/members/ada", "/members/me/blocks", "/conversations", "/stream"];
    for path in reads {
        bo.get(path).await.problem(403, code);
    }
    bo.get("/stream?after=0-0").await.problem(403, code);
    for conversation in [club, direct, business] {
        for path in ["", "/participants", "/messages"] {
            bo.get(&format!("/conversations/{conversation}{path}")).await.problem(403, code);
        }
        bo.send(conversation, "hey").await.problem(403, code);
        bo.mark_read(conversation, message).await.problem(403, code);
        bo.prefer(conversation, &json!({ "muted": true })).await.problem(403, code);
        bo.types(conversation).await.some_problem();
    }
    bo.edit(club, message, "changed").await.problem(403, code);
    bo.delete_message(club, message).await.problem(403, code);
    bo.react(club, message, "👍").await.problem(403, code);
    bo.remove(club, "me").await.problem(403, code);
    bo.start_direct("cy").await.problem(403, code);
    bo.start_business("me").await.problem(403, code);
    bo.create_group(Uuid::now_v7(), "Mine", &["ada"]).await.problem(403, code);
    bo.block_contact("ada").await.problem(403, code);
    bo.delete("/members/me/community").await.problem(403, code);
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_blocked_or_removed_member_has_no_access_anywhere() {
    let service = Service::start().await;
    let (site, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let (club, direct, business) = (group(&bo, &["ada"]).await, bo.direct("ada").await, bo.business("me").await);
    let message = bo.send(club, "before").await.done(201).id();
    let places = [club, direct, business, message];
    for path in ["/members/bo/block", "/members/bo/unblock"] {
        ada.post(path).await.problem(403, "member.staff_only");
    }
    ada.delete("/members/bo").await.problem(403, "member.staff_only");

    let acts = [(Method::POST, "/members/bo/block", "blocked"), (Method::DELETE, "/members/bo", "removed")];
    for (method, path, status) in acts {
        let (mut open, mut seen_by_ada) = (bo.live().await, ada.live().await);
        let response = staff.request(method, path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let response: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(response["status"], status);
        is_barred(&bo, places, &format!("member.{status}")).await;
        let about = ada.send(club, &format!("bo is {status}")).await.done(201);
        open.end().await;
        assert!(!open.texts().iter().any(|text| text.contains(status)), "{:?}", open.texts());
        while seen_by_ada.until("member.changed", "bo").await.data["gone"] != true {}
        assert_eq!(ada.shows("/members?q=bo", &about).await.each("id"), [""; 0]);
        ada.send(direct, "can you hear me?").await.problem(403, "conversation.out_of_reach");
        ada.add(group(&ada, &[]).await, "bo").await.problem(422, "group.participant_not_in_roster");
        if status == "blocked" {
            let back = owner.post("/members/bo/unblock").await.done(200);
            assert_eq!(back.json["status"], "active");
            assert_eq!(bo.reads(club, &about).await.each("text"), ["before", "bo is blocked"]);
        }
    }

    let again = owner.delete("/members/bo").await.done(200);
    assert_eq!(again.json["status"], "removed");
    assert_eq!(owner.shows("/members?status=removed", &again).await.each("id"), ["bo"]);
    owner.post("/members/bo/unblock").await.problem(404, "member.not_found");
    let body = json!({ "display_name": "Bo", "community": true });
    site.operator().await.put("/members/bo", &body).await.problem(409, "member.was_removed");
    service.visitor("acme", "bo", "Bo").await.get("").await.problem(403, "member.removed");
    owner.put("/members/bo", &body).await.done(200);
    bo.send(business, "I am back").await.done(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_staff_cannot_be_blocked_or_removed() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let owner = site.owner().await;
    for member in ["ada", "bo"] {
        owner.put_nothing(&format!("/members/{member}/roles/staff")).await.done(200);
    }
    for caller in [&owner, &ada] {
        caller.post("/members/bo/block").await.problem(409, "member.is_staff");
        caller.delete("/members/bo").await.problem(409, "member.is_staff");
    }
    owner.delete("/members/bo/roles/staff").await.done(200);
    ada.post("/members/bo/block").await.done(200);
    bo.get("").await.problem(403, "member.blocked");
    owner.put_nothing("/members/bo/roles/staff").await.problem(409, "role.member_blocked");
    ada.delete("/members/bo").await.done(200);
    bo.get("").await.problem(403, "member.removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn m2_staff_cannot_block_owner_or_staff_by_token() {
    let service = Service::start().await;
    let (site, [_, bo, ..]) = Site::with_members(&service, "acme", ["ada", "bo", "olga", "sam"]).await;
    let (owner, sam) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    owner.put_nothing("/members/bo/roles/staff").await.done(200);
    sam.get("").await.is(200);
    for staff in [&sam, &bo] {
        staff.post("/members/olga/block").await.problem(409, "member.is_owner");
        staff.post("/members/olga/mute").await.problem(409, "member.is_owner");
        staff.delete("/members/olga").await.problem(409, "member.is_owner");
    }
    bo.post("/members/sam/block").await.problem(409, "member.is_staff");
    bo.delete("/members/sam").await.problem(409, "member.is_staff");
    bo.post("/members/sam/mute").await.done(200);
    // A staff token no longer counts if the latest token has another role.
    service.caller("acme", "sam", "member").await.get("").await.is(200);
    bo.post("/members/sam/block").await.done(200);
    sam.get("").await.problem(403, "member.blocked");
    // The owner does not need a recent token.
    owner.post("/members/sam/unblock").await.done(200);
    sam.get("").await.is(200);
    owner.post("/members/sam/block").await.done(200);
    sam.get("").await.problem(403, "member.blocked");
}

#[tokio::test(flavor = "multi_thread")]
async fn m3_muted_member_reads_and_writes_to_the_business_only() {
    let service = Service::start().await;
    let (_, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let staff = service.caller("acme", "sam", "staff").await;
    let (club, direct, business) = (group(&bo, &["ada"]).await, bo.direct("ada").await, bo.business("me").await);
    let own = bo.send(club, "before").await.done(201).id();
    bo.react(club, own, "👍").await.done(200);
    ada.post("/members/bo/mute").await.problem(403, "member.staff_only");
    let muted = staff.post("/members/bo/mute").await.done(200);
    assert_eq!((&muted.json["muted"], &muted.json["status"]), (&json!(true), &json!("active")));

    for conversation in [club, direct] {
        bo.send(conversation, "hey").await.problem(403, "member.muted");
        bo.types(conversation).await.some_problem().is(403);
    }
    bo.edit(club, own, "changed").await.problem(403, "member.muted");
    bo.react(club, own, "🎉").await.problem(403, "member.muted");
    bo.create_group(Uuid::now_v7(), "Mine", &["ada"]).await.problem(403, "member.muted");
    bo.start_direct("cy").await.problem(403, "member.muted");
    bo.add(club, "cy").await.problem(403, "member.muted");
    // Removing reactions, read markers and preferences remain possible.
    bo.unreact(club, own, "👍").await.done(200);
    bo.delete_message(club, own).await.done(200);
    let mut live = bo.live().await;
    let sent = ada.send(club, "read this").await.done(201);
    assert_eq!(live.message_saying("read this").await["author"], "ada");
    bo.mark_read(club, sent.id()).await.done(200);
    assert_eq!(bo.reads(club, &sent).await.each("text"), ["", "read this"]);
    bo.send(business, "why?").await.done(201);
    // Other members still see the muted member, but not the muting.
    let seen = ada.shows("/members/bo", &sent).await.json;
    assert_eq!((seen.get("muted"), seen.get("status")), (None, None), "{seen}");
    ada.send(direct, "are you there?").await.done(201);

    staff.post("/members/bo/unmute").await.done(200);
    bo.send(club, "again").await.done(201);
    bo.send(direct, "again").await.done(201);
}
