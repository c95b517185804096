//! Participants of groups, what new participants can read, and replies.

use causerie_tests::{Service, Site};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn new_participants_read_messages_since_they_joined() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, cy] = site.members(["ada", "cy"]).await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    let old = ada.send(group, "one").await.done(201);
    ada.send(group, "two").await.done(201);
    let joined = ada.add(group, "cy").await.done(200);

    let listed = cy.messages_after(group, &joined).await;
    assert_eq!((listed.items().len(), &listed.json["previous"]), (0, &Value::Null));
    let mine = cy.get_after("/conversations", &joined).await;
    assert_eq!(mine.items()[0]["last_message"], Value::Null);

    let sent = ada.send(group, "three").await.done(201);
    let listed = cy.messages_after(group, &sent).await;
    assert_eq!((listed.seqs(), listed.each("text")), (vec![3], vec!["three".to_owned()]));
    assert_eq!(listed.json["previous"], Value::Null);
    // No parameter returns older messages.
    let everything = ada.messages(group, "limit=1").await.is(200);
    let cursor = everything.json["previous"].as_str().unwrap();
    let old = old.json["id"].as_str().unwrap();
    for place in [cursor, old] {
        for window in ["before", "after", "around"] {
            let response = cy.messages(group, &format!("{window}={place}")).await;
            assert!(!response.text.contains("\"one\"") && !response.text.contains("\"two\""), "{window}={place}");
            assert!(response.status < 500, "{window}={place}: {}", response.text);
        }
    }

    // A participant who returns is a new participant.
    ada.remove(group, "cy").await.done(200);
    ada.send(group, "four").await.done(201);
    ada.add(group, "cy").await.done(200);
    let sent = ada.send(group, "five").await.done(201);
    assert_eq!(cy.messages_after(group, &sent).await.each("text"), ["five"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_participants_read_all_messages_if_the_group_allows() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, cy] = site.members(["ada", "cy"]).await;
    let group = Uuid::now_v7();
    let body = json!({ "name": "Open book", "participants": ["bo"], "history": "all" });
    ada.put(&format!("/groups/{group}"), &body).await.done(201);
    ada.send(group, "one").await.done(201);
    ada.send(group, "two").await.done(201);
    let mut live = cy.live().await;
    let joined = ada.add(group, "cy").await.done(200);
    assert_eq!(cy.messages_after(group, &joined).await.each("text"), ["one", "two"]);
    let shown = live.expect("conversation.changed").await;
    assert_eq!(shown.data["id"], group.to_string());
    assert_eq!(shown.data["last_message"]["text"], "two");
    ada.send(group, "three").await.done(201);
    assert_eq!(live.message().await["seq"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_names_a_message_of_the_same_conversation() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let (group, other) = (Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    ada.create_group(other, "Others", &["bo"]).await.done(201);
    let here = ada.send(group, "here").await.done(201);
    let there = ada.send(other, "there").await.done(201);
    let mut live = ada.live().await;
    let path = format!("/conversations/{group}/messages/{}", Uuid::now_v7());
    let reply = bo.put(&path, &json!({ "text": "yes", "reply_to": here.json["id"] })).await.done(201);
    assert_eq!(reply.json["reply_to"], here.json["id"]);
    assert_eq!(live.message_saying("yes").await["reply_to"], here.json["id"]);
    let listed = ada.messages_after(group, &reply).await;
    assert_eq!(listed.items()[1]["reply_to"], here.json["id"]);
    assert_eq!(listed.items()[0].get("reply_to"), None);
    for unknown in [there.json["id"].clone(), json!(Uuid::now_v7()), json!(group)] {
        let path = format!("/conversations/{group}/messages/{}", Uuid::now_v7());
        let body = json!({ "text": "to what?", "reply_to": unknown });
        bo.put(&path, &body).await.problem(422, "message.reply_to_unknown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_appoints_a_successor_or_closes_the_group() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy", "dee"]).await;
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo", "cy"]).await.done(201);
    bo.add(group, "dee").await.problem(403, "group.admin_only");
    let left = ada.remove(group, "me").await.done(200);
    ada.messages(group, "").await.problem(404, "conversation.not_found");
    assert_eq!(ada.get_after("/conversations", &left).await.items().len(), 0);
    cy.add(group, "dee").await.problem(403, "group.admin_only");
    ada.add(group, "ada").await.problem(404, "conversation.not_found");
    let added = bo.add(group, "dee").await.done(200);
    assert_eq!(added.json["participants"], json!(["bo", "cy", "dee"]));

    for member in ["cy", "dee", "bo"] {
        site.member(member).await.remove(group, "me").await.done(200);
    }
    // Former participants cannot see the group, including the last one.
    bo.send(group, "anybody?").await.problem(404, "conversation.not_found");
    let log = service.replay(Some("acme")).await;
    let types: Vec<_> = log.iter().filter(|event| event["aggregate"] == "conversation").collect();
    let types: Vec<_> = types.iter().filter_map(|event| event["type"].as_str()).collect();
    let expected = [
        "GroupCreated",
        "ParticipantLeft",
        "AdminGranted",
        "ParticipantAdded",
        "ParticipantLeft",
        "ParticipantLeft",
        "ParticipantLeft",
        "GroupClosed",
    ];
    assert_eq!(types, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_active_community_members_join_a_group() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "blocked"]).await;
    site.register_member("outside", "Outside", false).await;
    site.owner().await.post("/members/blocked/block").await.done(200);
    let ada = site.member("ada").await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo"]).await.done(201);
    for member in ["outside", "blocked", "unknown"] {
        ada.add(group, member).await.problem(422, "group.participant_not_in_roster");
        let refused = ada.create_group(Uuid::now_v7(), "Another", &["bo", member]).await;
        refused.problem(422, "group.participant_not_in_roster");
    }
    let outside = site.member("outside").await;
    outside.create_group(Uuid::now_v7(), "Mine", &[]).await.problem(403, "member.not_in_community");
    let stranger = site.member("unknown").await;
    stranger.create_group(Uuid::now_v7(), "Mine", &[]).await.problem(403, "member.not_registered");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_is_logged_without_send_permission() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cy"]).await;
    let [ada, bo, cy] = site.members(["ada", "bo", "cy"]).await;
    let owner = site.owner().await;
    let group = Uuid::now_v7();
    ada.create_group(group, "Book club", &["bo", "cy"]).await.done(201);

    // Two members send continuously while their permissions change.
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers: Vec<_> = [bo.clone(), bo, cy.clone(), cy]
        .into_iter()
        .map(|author| {
            let stopped = stopped.clone();
            tokio::spawn(async move {
                let mut taken = 0;
                while !*stopped.borrow() {
                    let response = author.send(group, "hello").await;
                    taken += u32::from(response.status == 201);
                    if response.status != 201 {
                        response.some_problem();
                    }
                }
                taken
            })
        })
        .collect();
    for _ in 0..15 {
        ada.remove(group, "cy").await.done(200);
        owner.post("/members/bo/block").await.done(200);
        ada.add(group, "cy").await.done(200);
        owner.post("/member-chat/disable").await.done(200);
        owner.post("/members/bo/unblock").await.done(200);
        owner.post("/member-chat/enable").await.done(200);
    }
    stop.send_replace(true);
    let mut taken = 0;
    for writer in writers {
        taken += writer.await.unwrap();
    }
    assert!(taken > 0, "nothing was sent at all");

    let (mut open, mut blocked, mut inside, mut sent) = (false, false, true, 0);
    for event in service.replay(Some("acme")).await {
        match event["type"].as_str().unwrap() {
            "MemberChatEnabled" => open = true,
            "MemberChatDisabled" => open = false,
            "MemberBlocked" => blocked = true,
            "MemberUnblocked" => blocked = false,
            "ParticipantRemoved" => inside = false,
            "ParticipantAdded" => inside = true,
            "MessageSent" => {
                let allowed = open && if event["data"]["author_id"] == "bo" { !blocked } else { inside };
                assert!(allowed, "open {open}, bo blocked {blocked}, cy inside {inside}: {event}");
                sent += 1;
            }
            _ => {}
        }
    }
    assert_eq!(sent, taken);
}
