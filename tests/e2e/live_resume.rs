//! A resumed stream shows missed events with the current permissions and content.

use std::pin::pin;
use std::time::Duration;

use causerie_tests::{Live, Service, Shown, Site};
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::timeout;
use uuid::Uuid;

use crate::live_truth::{of_kind, shown_until};
use crate::pair_in_a_group;

#[tokio::test(flavor = "multi_thread")]
async fn resume_shows_current_content_of_changed_messages() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Club", &["bo"]).await.done(201);
    let live = bo.live().await;
    let place = live.last_event_id().to_owned();
    drop(live);
    let deleted = ada.send(group, "SECRET").await.done(201).id();
    let edited = ada.send(group, "FIRST WORDING").await.done(201).id();
    let response = ada.reply(group, deleted, "reply").await.done(201).id();
    ada.react(group, edited, "👍").await.done(200);
    ada.edit(group, edited, "second wording").await.done(200);
    ada.delete_message(group, deleted).await.done(200);
    let end = ada.send(group, "the end").await.done(201);
    let listed = bo.reads(group, &end).await;
    for place in ["0-0", created.position(), &place] {
        let mut resumed = bo.live_after(place).await;
        let shown = shown_until(&mut resumed, "the end").await;
        let all = format!("{shown:?}");
        assert!(!all.contains("SECRET") && !all.contains("FIRST WORDING"), "{all}");
        for (id, kinds) in [
            (deleted, vec!["message.sent", "message.deleted"]),
            (edited, vec!["message.sent", "message.reacted", "message.edited"]),
            (response, vec!["message.sent"]),
        ] {
            let of_message: Vec<_> = shown.iter().filter(|shown| shown.data["id"] == id.to_string()).collect();
            assert_eq!(of_message.iter().map(|shown| shown.kind.as_str()).collect::<Vec<_>>(), kinds);
            let fetched = listed.items().iter().find(|item| item["id"] == id.to_string()).unwrap();
            for shown in of_message {
                let mut data = shown.data.clone();
                data.as_object_mut().unwrap().retain(|field, _| !["conversation_id", "log_number"].contains(&&**field));
                assert_eq!(data, *fetched);
            }
        }
    }
}

/// A stream that does not wait begins sooner.
const HELD: Duration = Duration::from_millis(500);

/// An append in flight holds back all readers of the log. Later commands are acknowledged.
#[tokio::test(flavor = "multi_thread")]
async fn stream_opened_after_removal_shows_no_conversation() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Club", &["bo"]).await.done(201);
    bo.reads(group, &created).await;
    let place = bo.live().await.last_event_id().to_owned();
    let mut appending = PgConnection::connect(service.servers.database_url()).await.unwrap();
    appending.execute("BEGIN; SELECT pg_advisory_xact_lock_shared(7301, 1), pg_current_xact_id()").await.unwrap();
    ada.send(group, "FOR MEMBERS ONLY").await.done(201);
    ada.delete(&format!("/conversations/{group}/participants/bo")).await.done(200);
    for after in ["", "?after=0-0", &format!("?after={place}")] {
        let response = timeout(HELD, bo.request(Method::GET, &format!("/stream{after}")).send()).await;
        assert!(response.is_err(), "it waits for what was acknowledged: {after}");
    }
    let mut response = pin!(bo.request(Method::GET, &format!("/stream?after={place}")).send());
    assert!(timeout(HELD, &mut response).await.is_err());
    appending.execute("ROLLBACK").await.unwrap();
    let mut resumed = Live::of(response.await.unwrap());
    let direct = bo.direct("ada").await;
    ada.send(direct, "the end").await.done(201);
    let shown = format!("{:?}", shown_until(&mut resumed, "the end").await);
    assert!(shown.contains("conversation.removed") && !shown.contains("FOR MEMBERS ONLY"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn resume_after_removal_shows_no_conversation() {
    let service = Service::start().await;
    let (_, [ada, bo, cem]) = Site::with_members(&service, "acme", ["ada", "bo", "cem"]).await;
    let (common, club) = (ada.group(&["bo", "cem"]).await, ada.group(&["bo", "cem"]).await);
    let place = bo.live().await.last_event_id().to_owned();
    let before = ada.send(club, "FOR MEMBERS ONLY").await.done(201).id();
    ada.react(club, before, "👍").await.done(200);
    ada.remove(club, "bo").await.done(200);
    cem.remove(club, "me").await.done(200);
    ada.edit(club, before, "AFTER THE REMOVAL").await.done(200);
    ada.send(common, "the end").await.done(201);
    for member in [&bo, &cem] {
        for place in ["0-0", &place] {
            let mut resumed = member.live_after(place).await;
            let shown = shown_until(&mut resumed, "the end").await;
            let all = format!("{shown:?}");
            assert!(!all.contains("FOR MEMBERS") && !all.contains("AFTER THE"), "{all}");
            assert_eq!(of_kind(&shown, "conversation.removed"), [&json!({ "id": club })]);
            assert!(of_kind(&shown, "conversation.changed").iter().all(|data| data["id"] != club.to_string()));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_place_to_resume_from_resets() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = Uuid::now_v7();
    let created = ada.create_group(group, "Club", &["bo"]).await.done(201);
    ada.send(group, "missed").await.done(201);
    let (transaction, position) = created.position().rsplit_once('-').unwrap();
    let number = u64::from_str_radix(position, 16).unwrap();
    for place in [
        format!("{transaction}-{:x}", number + 0x1000),
        format!("1-{position}"),
        "ffffffffff-1".to_owned(),
        "0-7".to_owned(),
    ] {
        let mut by_header = bo.live_after(&place).await;
        let mut by_query = Live::open(bo.request(Method::GET, &format!("/stream?after={place}"))).await;
        for live in [&mut by_header, &mut by_query] {
            let reset = live.expect("reset").await;
            assert!(reset.id.is_some(), "{place}");
            assert_eq!(live.count("message.sent"), 0, "{place}: {:?}", live.seen);
        }
        ada.send(group, &place).await.done(201);
        by_header.message_saying(&place).await;
        by_query.message_saying(&place).await;
    }
}

/// A failover may lose events that a client has seen.
#[tokio::test(flavor = "multi_thread")]
async fn place_of_an_earlier_epoch_resets() {
    let service = Service::start().await;
    let ([ada, bo], group) = pair_in_a_group(&service).await;
    let sent = ada.send(group, "before").await.done(201);
    let mut open = bo.live().await;
    let mut connection = PgConnection::connect(service.servers.database_url()).await.unwrap();
    connection.execute("SELECT accept_log(gen_random_uuid())").await.unwrap();
    let after = ada.send(group, "after").await.done(201);
    // No event was lost, and the process knows which events it has shown.
    open.message_saying("after").await;
    assert_eq!(open.count("reset"), 0, "{:?}", open.seen);
    bo.reads(group, &after).await;
    let mut resumed = bo.live_after(sent.position()).await;
    let reset = resumed.expect("reset").await;
    assert_eq!(resumed.count("message.sent"), 0, "{:?}", resumed.seen);
    ada.send(group, "news").await.done(201);
    resumed.message_saying("news").await;
    // In the current epoch, a client gets the missed events.
    bo.live_after(&reset.id.unwrap()).await.message_saying("news").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_after_a_resume_are_those_of_a_fetch() {
    let service = Service::start().await;
    let ([ada, bo], club) = pair_in_a_group(&service).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(ada.send(club, &format!("{n}")).await.done(201).id());
    }
    let laptop = bo.live().await;
    let place = laptop.last_event_id().to_owned();
    drop(laptop);
    // Read on the phone; five more come, one of them is deleted again.
    bo.mark_read(club, ids[2]).await.done(200);
    for n in 0..5 {
        ids.push(ada.send(club, &format!("more {n}")).await.done(201).id());
    }
    let deleted = ada.delete_message(club, ids[4]).await.done(200);
    bo.listed(club, &deleted).await;
    let end = ada.send(club, "the end").await.done(201);
    let fetched = bo.listed(club, &end).await;
    let mut resumed = bo.live_after(&place).await;
    let shown = shown_until(&mut resumed, "the end").await;
    let mut unread = 0;
    for Shown { kind, data, .. } in &shown {
        match kind.as_str() {
            "read_marker.moved" | "conversation.changed" => unread = data["unread"].as_i64().unwrap(),
            "message.sent" if data["deleted"] == false => unread += 1,
            "message.deleted" => unread -= 1,
            _ => {}
        }
    }
    assert_eq!(json!(unread), fetched["unread"], "{shown:#?}");
    assert_eq!(fetched["unread"], 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn resume_over_a_change_of_sight_resets() {
    let service = Service::start().await;
    let (site, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let owner = site.owner().await;
    let club = ada.group(&["bo"]).await;
    let mut place = bo.live().await.last_event_id().to_owned();
    let staff = "/members/bo/roles/staff";
    for change in 0..8 {
        let changed = match change {
            0 => owner.put_nothing(staff).await.done(200),
            1 => owner.delete(staff).await.done(200),
            2 => ada.block_contact("bo").await.done(200),
            3 => ada.unblock_contact("bo").await.done(200),
            4 => bo.block_contact("ada").await.done(200),
            5 => owner.post("/member-chat/disable").await.done(200),
            6 => owner.post("/member-chat/enable").await.done(200),
            _ => bo.delete("/members/me/community").await.done(200),
        };
        bo.listed(club, &changed).await;
        let mut resumed = bo.live_after(&place).await;
        let reset = resumed.expect("reset").await;
        assert_eq!(resumed.seen.len(), 2, "{change}: {:?}", resumed.seen);
        place = reset.id.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn member_who_left_unseen_is_not_named() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo", "cem"]).await;
    site.register_member("hidden", "Hidden", false).await;
    let [ada, bo] = site.members(["ada", "bo"]).await;
    let owner = site.owner().await;
    let club = ada.group(&["bo"]).await;
    let place = bo.live().await.last_event_id().to_owned();
    owner.post("/members/hidden/block").await.done(200);
    owner.post("/members/cem/block").await.done(200);
    owner.put_nothing("/members/ada/badges/vip").await.done(200);
    ada.send(club, "the end").await.done(201);
    let mut resumed = bo.live_after(&place).await;
    let shown = shown_until(&mut resumed, "the end").await;
    let members = of_kind(&shown, "member.changed");
    assert_eq!(members[0], &json!({ "id": "cem", "gone": true }));
    assert_eq!((&members[1]["id"], &members[1]["badges"]), (&json!("ada"), &json!(["vip"])));
    assert!(!format!("{shown:?}").contains("hidden"), "{shown:?}");
}
