//! Scenarios of members and the owner on one site.

use causerie_tests::{ApiResponse, Caller, Service, Site};
use serde_json::json;
use uuid::Uuid;

fn conversation(response: &ApiResponse, id: Uuid) -> &serde_json::Value {
    let items = response.items().iter();
    let mut mine = items.filter(|item| item["id"] == id.to_string());
    mine.next().unwrap_or(&serde_json::Value::Null)
}

/// The owner, Ada, Bo, and a group of Ada with Bo.
async fn book_club(site: &Site<'_>) -> (Caller, [Caller; 2], Uuid) {
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    (site.owner().await, [ada, bo], group)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_enables_member_chat_and_members_talk_in_a_group() {
    let service = Service::start().await;
    let site = Site::register(&service, "acme").await;
    site.welcome(&["ada", "bo", "cy", "dee"]).await;
    let [ada, bo, cy, dee] = site.members(["ada", "bo", "cy", "dee"]).await;
    let owner = site.owner().await;
    let group = Uuid::now_v7();

    let off = ada.get("").await.is(200);
    assert_eq!(off.json["member_chat_enabled"], false);
    ada.create_group(group, "Book club", &["bo"]).await.problem(403, "member_chat.disabled");
    ada.post("/member-chat/enable").await.problem(403, "site.owner_only");
    let on = owner.post("/member-chat/enable").await.done(200);
    assert_eq!(on.json["member_chat_enabled"], true);

    let created = ada.create_group(group, "Book club", &["bo"]).await.done(201);
    assert_eq!(created.json["id"], group.to_string());
    assert_eq!(created.json["name"], "Book club");
    assert_eq!(created.json["participants"], json!(["ada", "bo"]));
    let added = ada.add(group, "cy").await.done(200);
    assert_eq!(added.json["participant_count"], 3);

    let (mut live_bo, mut live_cy, mut live_dee) = (bo.live().await, cy.live().await, dee.live().await);
    let mut last = None;
    for (author, text) in [(&ada, "one"), (&bo, "deux ☕"), (&cy, "three")] {
        last = Some(author.send(group, text).await.done(201));
    }
    for live in [&mut live_bo, &mut live_cy] {
        for (seq, author, text) in [(1, "ada", "one"), (2, "bo", "deux ☕"), (3, "cy", "three")] {
            let message = live.message().await;
            assert_eq!(message["seq"], seq);
            assert_eq!(message["author"], author);
            assert_eq!(message["text"], text);
            assert_eq!(message["conversation_id"], group.to_string());
        }
    }
    let listed = bo.messages_after(group, &last.unwrap()).await;
    assert_eq!(listed.seqs(), [1, 2, 3]);
    assert_eq!(listed.each("text"), ["one", "deux ☕", "three"]);
    assert_eq!(listed.each("author"), ["ada", "bo", "cy"]);
    for live in [&live_bo, &live_cy] {
        let shown = live.seen.iter().filter(|shown| shown.kind == "message.sent");
        let ids: Vec<_> = shown.map(|shown| shown.data["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, listed.each("id"));
    }

    // A non-participant sees nothing of the group: the next message on their stream is from another group.
    let elsewhere = Uuid::now_v7();
    ada.create_group(elsewhere, "Elsewhere", &["dee"]).await.done(201);
    ada.send(elsewhere, "hello dee").await.done(201);
    assert_eq!(live_dee.message().await["text"], "hello dee");
    assert!(!format!("{:?}", live_dee.seen).contains(&group.to_string()), "{:#?}", live_dee.seen);
    dee.messages(group, "").await.problem(404, "conversation.not_found");
    dee.send(group, "let me in").await.problem(404, "conversation.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_participant_reads_nothing_from_then_on() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let (group, other) = (Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(group, "Book club", &["bo", "cy"]).await.done(201);
    ada.create_group(other, "Others", &["bo", "cy"]).await.done(201);
    let mut live_cy = cy.live().await;
    ada.send(group, "before").await.done(201);

    bo.remove(group, "cy").await.problem(403, "group.admin_only");
    ada.remove(group, "cy").await.done(200);
    cy.messages(group, "").await.problem(404, "conversation.not_found");
    cy.send(group, "still here?").await.problem(404, "conversation.not_found");
    let after = ada.send(group, "between us").await.done(201);
    ada.send(other, "for all").await.done(201);

    let gone = live_cy.expect("conversation.removed").await;
    assert_eq!(gone.data["id"], group.to_string());
    assert_eq!(live_cy.message().await["text"], "for all");
    assert_eq!(live_cy.texts(), ["before", "for all"]);
    let mine = cy.get_after("/conversations", &after).await.is(200);
    assert_eq!(mine.each("id"), [other.to_string()]);
    assert_eq!(bo.messages_after(group, &after).await.each("text"), ["before", "between us"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocked_member_loses_access_and_stream() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (owner, [ada, bo], group) = book_club(&site).await;
    let mut live_bo = bo.live().await;
    ada.send(group, "before").await.done(201);

    ada.post("/members/bo/block").await.problem(403, "member.staff_only");
    let blocked = owner.post("/members/bo/block").await.done(200);
    assert_eq!(blocked.json["status"], "blocked");
    bo.send(group, "hey").await.problem(403, "member.blocked");
    bo.create_group(Uuid::now_v7(), "Mine", &["ada"]).await.problem(403, "member.blocked");
    for path in ["", "/members", "/conversations", "/stream"] {
        bo.get(path).await.problem(403, "member.blocked");
    }
    bo.messages(group, "").await.problem(403, "member.blocked");
    let after = ada.send(group, "about bo").await.done(201);
    live_bo.end().await;
    assert_eq!(live_bo.texts(), ["before"]);
    assert_eq!(ada.get_after("/members", &after).await.each("id"), ["ada"]);

    owner.post("/members/bo/unblock").await.done(200);
    let back = bo.send(group, "back").await.done(201);
    assert_eq!(bo.messages_after(group, &back).await.each("text"), ["before", "about bo", "back"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn member_chat_off_locks_and_on_restores_conversations() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let (owner, [ada, bo], group) = book_club(&site).await;
    ada.send(group, "one").await.done(201);
    let sent = bo.send(group, "two").await.done(201);
    let before = ada.messages_after(group, &sent).await;
    let mut live = bo.live().await;

    let off = owner.post("/member-chat/disable").await.done(200);
    live.expect("site.changed").await;
    ada.send(group, "three").await.problem(403, "member_chat.disabled");
    ada.create_group(Uuid::now_v7(), "New", &["bo"]).await.problem(403, "member_chat.disabled");
    let listed = ada.get_after("/conversations", &off).await.is(200);
    assert_eq!(conversation(&listed, group)["locked"], true);
    assert_eq!(conversation(&listed, group)["last_message"]["text"], "two");
    assert_eq!(ada.messages_after(group, &off).await.json, before.json);
    assert_eq!(ada.get("").await.json["member_chat_enabled"], false);

    let on = owner.post("/member-chat/enable").await.done(200);
    live.expect("site.changed").await;
    let listed = ada.get_after("/conversations", &on).await.is(200);
    assert_eq!(conversation(&listed, group)["locked"], false);
    assert_eq!(bo.messages_after(group, &on).await.json, before.json);
    let three = ada.send(group, "three").await.done(201);
    assert_eq!(bo.messages_after(group, &three).await.seqs(), [1, 2, 3]);
    assert_eq!(live.message_saying("three").await["seq"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn owner_and_staff_cannot_read_groups_of_others() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let ada = site.member("ada").await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Private", &["bo"]).await.done(201);
    let sent = ada.send(group, "between us").await.done(201);
    for role in ["owner", "staff", "operator"] {
        let caller = service.caller("acme", "olga", role).await;
        let mut live = caller.live_after("0-0").await;
        caller.messages(group, "").await.problem(404, "conversation.not_found");
        caller.send(group, "hello").await.some_problem();
        assert_eq!(caller.get_after("/conversations", &sent).await.items().len(), 0, "{role}");
        // A message they can see ends the wait.
        site.register_member(role, role, true).await;
        while live.expect("member.changed").await.data["id"] != role {}
        assert_eq!(live.texts(), [""; 0], "{role}");
    }
}
