//! G1 to G4: sending, editing, deleting and reacting, and the order of messages.

use causerie_tests::{ApiResponse, Service, Site};
use futures::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{group, sorted, types};

#[track_caller]
fn assert_same(first: &ApiResponse, again: &ApiResponse) {
    let seen = |response: &ApiResponse| {
        (response.status, response.json.clone(), response.headers["etag"].clone(), response.position().to_owned())
    };
    assert_eq!(seen(first), seen(again), "{}", first.request);
}

fn found(listed: &ApiResponse, id: Uuid) -> Value {
    let id = Value::from(id.to_string());
    listed.items().iter().find(|item| item["id"] == id).cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_a_message_is_plain_text_of_1_to_4000_characters() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let club = group(&ada, &["bo"]).await;
    for (text, code) in
        [("", "message.text_empty"), (" \n", "message.text_empty"), (&*"é".repeat(4001), "message.text_too_long")]
    {
        ada.send(club, text).await.problem(422, code).points_at("/text");
    }
    let longest = "é".repeat(4000);
    let as_written = ["<b>&amp;</b>\n\t\"'`", "שלום \u{2066}👩‍👩‍👧‍👦\u{2069}", &longest, "  spaces  "];
    for text in as_written {
        ada.send(club, text).await.done(201);
    }
    let sent = ada.send(club, "question").await.done(201);
    let reply = bo.reply(club, sent.id(), "reply").await.done(201);
    let listed = ada.reads(club, &reply).await;
    assert_eq!(listed.each("text")[..4], as_written);
    let preview = &found(&listed, reply.id())["reply_preview"];
    assert_eq!(*preview, json!({ "id": sent.json["id"], "author": "ada", "text": "question", "deleted": false }));
    ada.reply(club, Uuid::now_v7(), "to what?").await.problem(422, "message.reply_to_unknown");
    let elsewhere = ada.send(ada.direct("bo").await, "elsewhere").await.done(201).id();
    ada.reply(club, elsewhere, "to that?").await.problem(422, "message.reply_to_unknown");
    let path = format!("/conversations/{club}/messages/not-an-id");
    ada.put(&path, &json!({ "text": "hello" })).await.some_problem().is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn g1_resend_returns_the_same_response_on_any_node() {
    let service = Service::start().await;
    let second = service.another_node().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let elsewhere = ada.at(second.said("url"), "acme");
    let club = group(&ada, &["bo"]).await;
    let id = Uuid::now_v7();
    // Concurrently on both nodes: one message.
    let sends = (0..10).map(|n| if n % 2 == 0 { &ada } else { &elsewhere }).map(|node| node.send_as(club, id, "hello"));
    let responses = join_all(sends).await;
    let first = responses[0].clone().done(201);
    let again = async || {
        for node in [&ada, &elsewhere] {
            assert_same(&first, &node.send_as(club, id, "hello").await);
        }
    };
    for response in &responses {
        assert_same(&first, response);
    }
    ada.send_as(club, id, "other").await.problem(409, "message.id_taken");
    bo.send_as(club, id, "hello").await.problem(409, "message.id_taken");
    ada.send_as(ada.direct("bo").await, id, "hello").await.problem(409, "message.id_taken");

    ada.edit(club, id, "hello, edited").await.done(200);
    again().await;
    bo.react(club, id, "👍").await.done(200);
    again().await;
    ada.delete_message(club, id).await.done(200);
    again().await;
    site.owner().await.post("/member-chat/disable").await.done(200);
    again().await;
    ada.remove(club, "me").await.done(200);
    again().await;
    let log = service.replay(Some("acme")).await;
    assert_eq!(types(&log).iter().filter(|name| **name == "MessageSent").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn g2_only_the_author_edits_a_message() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let club = group(&ada, &["bo"]).await;
    let id = bo.send(club, "teh").await.done(201).id();
    let reply = ada.reply(club, id, "what?").await.done(201).id();
    ada.edit(club, id, "the").await.problem(403, "message.author_only");
    for outsider in [&cy, &site.owner().await] {
        outsider.edit(club, id, "the").await.problem(404, "conversation.not_found");
    }
    bo.edit(club, id, "").await.problem(422, "message.text_empty").points_at("/text");
    bo.edit(club, id, &"n".repeat(4001)).await.problem(422, "message.text_too_long").points_at("/text");
    bo.edit(club, Uuid::now_v7(), "the").await.problem(404, "message.not_found");
    bo.edit(bo.direct("ada").await, id, "the").await.problem(404, "message.not_found");

    let mut live = ada.live().await;
    let edited = bo.edit(club, id, "the").await.done(200);
    assert_eq!(edited.json["text"], "the");
    assert_eq!(bo.edit(club, id, "the").await.done(200).header("etag"), edited.header("etag"));
    let shown = live.until("message.edited", club).await.data;
    assert_eq!((&shown["id"], &shown["text"], &shown["seq"]), (&json!(id), &json!("the"), &json!(1)));
    let listed = ada.reads(club, &edited).await;
    let message = found(&listed, id);
    assert_eq!((&message["text"], &message["seq"]), (&json!("the"), &json!(1)), "its place is its place");
    assert!(message["edited_at"].is_string(), "{message}");
    assert!(found(&listed, reply)["edited_at"].is_null());
    assert_eq!(found(&listed, reply)["reply_preview"]["text"], "the");
}

#[tokio::test(flavor = "multi_thread")]
async fn g2_author_admins_and_owner_delete_a_message() {
    let service = Service::start().await;
    let (site, [ada, bo, cy, dee]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let club = group(&ada, &["bo", "cy"]).await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        ids.push(bo.send(club, &format!("secret {n}")).await.done(201).id());
    }
    bo.react(club, ids[0], "👍").await.done(200);
    let reply = cy.reply(club, ids[0], "hm").await.done(201).id();
    cy.delete_message(club, ids[0]).await.problem(403, "group.admin_only");
    for outsider in [&dee, &staff] {
        outsider.delete_message(club, ids[0]).await.problem(404, "conversation.not_found");
    }
    ada.delete_message(club, Uuid::now_v7()).await.problem(404, "message.not_found");

    let mut live = cy.live().await;
    let mut last = None;
    for (who, id) in [(&bo, ids[0]), (&ada, ids[1]), (&owner, ids[2])] {
        let deleted = who.delete_message(club, id).await.done(200);
        assert_eq!((&deleted.json["deleted"], &deleted.json["text"]), (&json!(true), &json!("")));
        assert_eq!(who.delete_message(club, id).await.done(200).header("etag"), deleted.header("etag"));
        let shown = live.until("message.deleted", id).await.data;
        assert_eq!((&shown["deleted"], &shown["text"]), (&json!(true), &json!("")));
        last = Some(deleted);
    }
    let listed = cy.reads(club, &last.unwrap()).await;
    assert_eq!(listed.seqs(), [1, 2, 3, 4]);
    assert!(!listed.text.contains("secret"), "{}", listed.text);
    for id in &ids {
        let message = found(&listed, *id);
        assert_eq!((&message["deleted"], &message["reactions"]), (&json!(true), &json!([])));
    }
    let preview = &found(&listed, reply)["reply_preview"];
    assert_eq!((&preview["deleted"], &preview["text"]), (&json!(true), &json!("")));
    bo.edit(club, ids[0], "back").await.problem(409, "message.deleted");
    cy.react(club, ids[0], "👍").await.problem(409, "message.deleted");
    let log = service.replay(Some("acme")).await;
    assert_eq!(types(&log).iter().filter(|name| **name == "MessageDeleted").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn g3_each_member_reacts_with_each_emoji_once() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let club = group(&ada, &["bo"]).await;
    let id = ada.send(club, "good news").await.done(201).id();
    let mut live = ada.live().await;
    for wrong in ["x", "👍👍", "hello", "%20"] {
        bo.react(club, id, wrong).await.some_problem().is(422);
    }
    cy.react(club, id, "👍").await.problem(404, "conversation.not_found");
    bo.react(club, Uuid::now_v7(), "👍").await.problem(404, "message.not_found");

    let first = bo.react(club, id, "👍").await.done(200);
    assert_eq!(bo.react(club, id, "👍").await.done(200).header("etag"), first.header("etag"), "once");
    ada.react(club, id, "👍").await.done(200);
    let last = bo.react(club, id, "👩‍👩‍👧‍👦").await.done(200);
    let counted = |message: &Value| {
        let reactions = message["reactions"].as_array().unwrap().iter();
        sorted(reactions.map(|reaction| {
            let members = sorted(reaction["members"].as_array().unwrap().iter().map(Value::to_string)).concat();
            format!("{} {} {members}", reaction["emoji"].as_str().unwrap(), reaction["count"])
        }))
    };
    let both = sorted(["👍 2 \"ada\"\"bo\"".to_owned(), "👩‍👩‍👧‍👦 1 \"bo\"".to_owned()]);
    assert_eq!(counted(&last.json), both);
    assert_eq!(counted(&found(&bo.reads(club, &last).await, id)), both);
    while counted(&live.until("message.reacted", id).await.data) != both {}

    bo.unreact(club, id, "👩‍👩‍👧‍👦").await.done(200);
    bo.unreact(club, id, "👍").await.done(200);
    let gone = bo.unreact(club, id, "👍").await.done(200);
    assert_eq!(counted(&found(&ada.reads(club, &gone).await, id)), ["👍 1 \"ada\""]);
    let more = [
        "😀", "😁", "😂", "😃", "😄", "😅", "😆", "😇", "😈", "😉", "😊", "😋", "😌", "😍", "😎", "😏", "😐", "😑",
        "😒",
    ];
    for emoji in more {
        bo.react(club, id, emoji).await.done(200);
    }
    bo.react(club, id, "😓").await.problem(409, "reaction.too_many_emoji");
    bo.react(club, id, "👍").await.done(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn g4_all_readers_on_all_nodes_see_the_log_order() {
    let service = Service::start().await;
    let second = service.another_node().await;
    let members = ["ada", "bo", "cy"];
    let site = Site::open(&service, "acme", &members).await;
    let here = site.members(members).await;
    let there = here.clone().map(|caller| caller.at(second.said("url"), "acme"));
    let club = group(&here[0], &members[1..]).await;
    let mut lives = Vec::new();
    for reader in here.iter().chain(&there) {
        lives.push(reader.live().await);
    }
    let writers = here.iter().chain(&there).cloned().map(|caller| {
        tokio::spawn(async move {
            for n in 0..10 {
                caller.send(club, &n.to_string()).await.done(201);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let log = service.replay(Some("acme")).await;
    let sent = log.iter().filter(|event| event["type"] == "MessageSent");
    let order: Vec<_> = sent.map(|event| event["aggregate_id"].as_str().unwrap().replace("acme/", "")).collect();
    assert_eq!(order.len(), 60);
    for (reader, live) in here.iter().chain(&there).zip(&mut lives) {
        for (n, id) in order.iter().enumerate() {
            let message = live.message().await;
            assert_eq!((&message["id"], &message["seq"]), (&json!(id), &json!(n + 1)));
        }
        let listed = reader.messages_from(club, live.last_event_id()).await;
        assert_eq!(listed.each("id"), order);
    }
}
