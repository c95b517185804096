//! C5, C6 and C9: joining and leaving a group, and the history for new participants.

use causerie_tests::{Caller, Service, Site};
use serde_json::{Value, json};

use crate::group;
use crate::groups::{history, is_unknown_to};

#[tokio::test(flavor = "multi_thread")]
async fn c5_admins_and_owner_add_and_remove_idempotently() {
    let service = Service::start().await;
    let (site, [ada, bo, cy, dee]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["bo"]).await;
    bo.add(club, "cy").await.problem(403, "group.admin_only");
    bo.remove(club, "ada").await.problem(403, "group.admin_only");
    dee.add(club, "dee").await.problem(404, "conversation.not_found");
    ada.add(club, "unknown").await.problem(422, "group.participant_not_in_roster");

    let mut live = cy.live().await;
    let added = ada.add(club, "cy").await.done(200);
    assert_eq!(added.json["participants"], json!(["ada", "bo", "cy"]));
    assert_eq!(ada.add(club, "cy").await.done(200).json, added.json);
    assert_eq!(live.until("conversation.changed", club).await.data["participant_count"], 3);
    cy.send(club, "thank you").await.done(201);
    let removed = ada.remove(club, "cy").await.done(200);
    assert_eq!(removed.json["participants"], json!(["ada", "bo"]));
    assert_eq!(ada.remove(club, "cy").await.done(200).json, removed.json);
    assert_eq!(ada.remove(club, "dee").await.done(200).json, removed.json, "who never was in");
    live.until("conversation.removed", club).await;
    is_unknown_to(&cy, club).await;
    assert_eq!(cy.listed(club, &removed).await, Value::Null);

    // The owner as a non-participant; also removes the last admin, who is succeeded.
    owner.add(club, "dee").await.done(200);
    let removed = owner.remove(club, "ada").await.done(200);
    assert_eq!(bo.participants(club, &removed).await, ["bo", "dee"]);
    assert_eq!(bo.listed(club, &removed).await["admin"], true);
    bo.add(club, "ada").await.done(200);
    let log = [
        "GroupCreated",
        "ParticipantAdded",
        "ParticipantRemoved",
        "ParticipantAdded",
        "ParticipantRemoved",
        "AdminGranted",
        "ParticipantAdded",
    ];
    assert_eq!(history(&service).await, log);
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_leaving_appoints_a_successor_or_closes_the_group() {
    let service = Service::start().await;
    let (site, [ada, bo, cy, dee]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let owner = site.owner().await;
    let club = group(&ada, &["cy", "bo"]).await;
    dee.remove(club, "me").await.problem(404, "conversation.not_found");
    let mut live = ada.live().await;
    let left = ada.remove(club, "me").await.done(200);
    assert_eq!(left.json, Value::Null);
    assert_eq!(ada.remove(club, "ada").await.done(200).json, Value::Null, "again");
    live.until("conversation.removed", club).await;
    is_unknown_to(&ada, club).await;
    assert_eq!(ada.listed(club, &left).await, Value::Null);
    assert_eq!(cy.listed(club, &left).await["admin"], true, "the longest-standing of those who stay");
    assert_eq!(bo.listed(club, &left).await["admin"], false);

    cy.remove(club, "me").await.done(200);
    assert_eq!(bo.listed(club, &bo.remove(club, "bo").await.done(200)).await, Value::Null);
    let closed = owner.get(&format!("/conversations/{club}")).await.is(200).json;
    assert_eq!((&closed["participant_count"], &closed["closed"]), (&json!(0), &json!(true)));
    bo.send(club, "anybody?").await.some_problem();
    owner.add(club, "ada").await.problem(409, "conversation.closed");
    let log = [
        "GroupCreated",
        "ParticipantLeft",
        "AdminGranted",
        "ParticipantLeft",
        "AdminGranted",
        "ParticipantLeft",
        "GroupClosed",
    ];
    assert_eq!(history(&service).await, log);
}

#[tokio::test(flavor = "multi_thread")]
async fn c9_new_participants_cannot_read_earlier_messages() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let club = group(&ada, &["bo"]).await;
    let old = ada.send(club, "secret of old").await.done(201).id();
    // The others send while cy joins, so only the log has the order.
    let talk = |author: Caller| {
        tokio::spawn(async move {
            for n in 0..15 {
                author.send(club, &format!("message {n}")).await.done(201);
            }
        })
    };
    let writers = [talk(ada.clone()), talk(bo.clone())];
    ada.add(club, "cy").await.done(200);
    for writer in writers {
        writer.await.unwrap();
    }
    let (mut of_bo, mut of_cy) = (bo.live().await, cy.live().await);
    let response = bo.reply(club, old, "about that").await.done(201);

    let log = service.replay(Some("acme")).await;
    let added = log.iter().position(|event| event["type"] == "ParticipantAdded").unwrap();
    let later = log[added..].iter().filter(|event| event["type"] == "MessageSent");
    let later: Vec<_> = later.map(|event| event["data"]["text"].as_str().unwrap()).collect();
    let listed = cy.reads(club, &response).await;
    assert_eq!(listed.each("text"), later);
    assert_eq!(listed.json["previous"], Value::Null);
    assert_eq!(cy.listed(club, &response).await["unread"], later.len());
    assert!(!listed.text.contains("secret of old"), "not even as the preview of a reply");
    let whole = bo.reads(club, &response).await;
    assert_eq!(whole.items().last().unwrap()["reply_preview"]["text"], "secret of old");
    assert_eq!(of_bo.message_saying("about that").await["reply_preview"]["text"], "secret of old");
    let shown = of_cy.message_saying("about that").await;
    assert!(!shown.to_string().contains("secret of old"), "{shown}");
    let newer = bo.messages(club, "limit=1").await.is(200);
    for place in [&old.to_string(), newer.json["previous"].as_str().unwrap()] {
        for window in ["before", "after", "around"] {
            let response = cy.messages(club, &format!("{window}={place}")).await;
            assert!(!response.text.contains("secret of old"), "{window}={place}: {}", response.text);
            assert!(response.status < 500, "{window}={place}: {}", response.text);
        }
    }
    cy.react(club, old, "👍").await.problem(404, "message.not_found");
    cy.mark_read(club, old).await.problem(404, "message.not_found");
    cy.reply(club, old, "what was it?").await.problem(422, "message.reply_to_unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn c9_open_history_applies_to_later_participants() {
    let service = Service::start().await;
    let (_, [ada, bo, cy, dee]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let club = group(&ada, &["bo"]).await;
    ada.send(club, "one").await.done(201);
    let joined = ada.add(club, "cy").await.done(200);
    assert_eq!(cy.listed(club, &joined).await["last_message"], Value::Null);
    bo.change_group(club, &json!({ "history": "all" })).await.problem(403, "group.admin_only");
    ada.change_group(club, &json!({ "history": "some" })).await.problem(422, "body.invalid");
    let opened = ada.change_group(club, &json!({ "history": "all" })).await.done(200);
    assert_eq!(opened.json["history"], "all");
    ada.send(club, "two").await.done(201);
    let added = ada.add(club, "dee").await.done(200);
    assert_eq!(dee.reads(club, &added).await.each("text"), ["one", "two"]);
    assert_eq!(cy.reads(club, &added).await.each("text"), ["two"], "what was closed to them stays closed");

    ada.change_group(club, &json!({ "history": "since_joined" })).await.done(200);
    assert_eq!(dee.reads(club, &added).await.each("text"), ["one", "two"], "what was open to them stays open");
    // A participant who returns is a new participant.
    ada.remove(club, "dee").await.done(200);
    ada.add(club, "dee").await.done(200);
    let sent = ada.send(club, "three").await.done(201);
    assert_eq!(dee.reads(club, &sent).await.each("text"), ["three"]);
    assert_eq!(dee.reads(club, &sent).await.seqs(), [3]);
}
