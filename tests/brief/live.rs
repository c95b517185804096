//! G7: the live stream of a member: the recipients of each kind of frame, and resuming.
//!
//! To show that a member receives nothing, each stream is read up to a last message that all members may read.

use causerie_tests::{Caller, Live, Service, Shown, Site};
use serde_json::json;
use uuid::Uuid;

use crate::group;

/// Sends a message that all of these members may read, and reads their streams up to it.
async fn read_on(author: &Caller, common: Uuid, mark: &str, lives: &mut [&mut Live]) {
    author.send(common, mark).await.done(201);
    for live in lives {
        live.message_saying(mark).await;
    }
}

/// Reads these streams up to a frame.
async fn see(lives: &mut [Live], kind: &str, about: Uuid) {
    for live in lives {
        live.until(kind, about).await;
    }
}

/// The frames about a conversation since a mark, by kind and content.
fn since<'a>(live: &'a Live, mark: &str, about: &str) -> Vec<&'a Shown> {
    let start = live.seen.iter().position(|shown| shown.data["text"] == mark).unwrap();
    live.seen[start + 1..].iter().filter(|shown| shown.is_about(about)).collect()
}

fn kinds(shown: &[&Shown]) -> Vec<String> {
    shown.iter().map(|shown| shown.kind.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn g7_message_frames_reach_only_permitted_readers() {
    let service = Service::start().await;
    let members = ["ada", "bo", "newcomer", "removed", "outsider", "olga"];
    let site = Site::open(&service, "acme", &members).await;
    let [ada, bo, newcomer, removed, outsider] = site.members(["ada", "bo", "newcomer", "removed", "outsider"]).await;
    let owner = site.owner().await;
    let common = group(&ada, &members[1..]).await;
    let club = group(&ada, &["bo", "removed"]).await;
    let old = ada.send(club, "old").await.done(201).id();
    ada.add(club, "newcomer").await.done(200);
    ada.remove(club, "removed").await.done(200);
    let mut lives = Vec::new();
    for caller in [&ada, &bo, &newcomer, &removed, &outsider, &owner] {
        lives.push(caller.live().await);
    }
    let mut all: Vec<&mut Live> = lives.iter_mut().collect();
    read_on(&ada, common, "the start", &mut all).await;
    // Frames show the current message, so the next change waits for the readers.
    let new = bo.send(club, "new").await.done(201).id();
    see(&mut lives[..3], "message.sent", new).await;
    for id in [old, new] {
        bo.react(club, id, "👍").await.done(200);
    }
    see(&mut lives[..3], "message.reacted", new).await;
    ada.edit(club, old, "old, edited").await.done(200);
    bo.edit(club, new, "new, edited").await.done(200);
    see(&mut lives[..3], "message.edited", new).await;
    for id in [old, new] {
        ada.delete_message(club, id).await.done(200);
    }
    let mut all: Vec<&mut Live> = lives.iter_mut().collect();
    read_on(&ada, common, "the end", &mut all).await;

    let of_new = ["message.sent", "message.reacted", "message.edited", "message.deleted"];
    let (old, new, club) = (old.to_string(), new.to_string(), club.to_string());
    for live in &lives[..2] {
        assert_eq!(kinds(&since(live, "the start", &new)), of_new);
        assert_eq!(kinds(&since(live, "the start", &old)), of_new[1..]);
        let texts: Vec<_> = since(live, "the start", &new).iter().map(|shown| shown.data["text"].clone()).collect();
        assert_eq!(texts, ["new", "new", "new, edited", ""]);
        for shown in since(live, "the start", &new) {
            assert_eq!((&shown.data["conversation_id"], &shown.data["seq"]), (&json!(club), &json!(2)));
        }
    }
    assert_eq!(kinds(&since(&lives[2], "the start", &new)), of_new);
    assert_eq!(since(&lives[2], "the start", &old), [&lives[2].seen[0]; 0], "from before they came");
    for live in &lives[3..] {
        assert_eq!(since(live, "the start", &club), [&live.seen[0]; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g7_conversation_frames_reach_participants() {
    let service = Service::start().await;
    let members = ["ada", "bo", "cy", "dee"];
    let site = Site::open(&service, "acme", &members).await;
    let [ada, bo, cy, dee] = site.members(members).await;
    let common = group(&ada, &members[1..]).await;
    let (mut of_bo, mut of_cy, mut of_dee) = (bo.live().await, cy.live().await, dee.live().await);
    read_on(&ada, common, "the start", &mut [&mut of_bo, &mut of_cy, &mut of_dee]).await;
    let club = group(&ada, &["bo"]).await;
    let of_bo_first = of_bo.until("conversation.changed", club).await;
    assert_eq!(of_bo_first.data["name"], "Book club");
    ada.add(club, "cy").await.done(200);
    assert_eq!(of_cy.until("conversation.changed", club).await.data["participant_count"], 3);
    ada.change_group(club, &json!({ "name": "Readers" })).await.done(200);
    assert_eq!(of_cy.until("conversation.changed", club).await.data["name"], "Readers");
    ada.remove(club, "cy").await.done(200);
    of_cy.until("conversation.removed", club).await;
    ada.send(club, "without cy").await.done(201);
    ada.change_group(club, &json!({ "name": "Without cy" })).await.done(200);
    ada.delete_group(club).await.done(200);
    read_on(&ada, common, "the end", &mut [&mut of_bo, &mut of_cy, &mut of_dee]).await;

    let club = club.to_string();
    let changed = "conversation.changed";
    let seen_by_bo = since(&of_bo, "the start", &club);
    assert_eq!(kinds(&seen_by_bo), [changed, changed, changed, changed, "message.sent", changed, changed]);
    let last = &seen_by_bo.last().unwrap().data;
    assert_eq!((&last["closed"], &last["name"]), (&json!(true), &json!("Without cy")));
    let seen_by_cy = since(&of_cy, "the start", &club);
    assert_eq!(kinds(&seen_by_cy), [changed, changed, "conversation.removed"]);
    assert_eq!(seen_by_cy[2].data, json!({ "id": club }));
    assert_eq!(since(&of_dee, "the start", &club), [&of_dee.seen[0]; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn g7_member_frames_respect_visibility() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada", "bo"]).await;
    site.register_member("outside", "Outside", false).await;
    let [ada, bo, outside] = site.members(["ada", "bo", "outside"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let own = [ada.business("me").await, outside.business("me").await];
    owner.patch("/settings", &json!({ "approval": "manual" })).await.done(200);
    let (mut of_ada, mut of_outside, mut of_staff) = (ada.live().await, outside.live().await, staff.live().await);
    for (conversation, live) in own.iter().zip([&mut of_ada, &mut of_outside]) {
        staff.send(*conversation, "the start").await.done(201);
        live.message_saying("the start").await;
    }
    of_staff.message_saying("the start").await;

    site.register_member("cy", "Cy", true).await;
    owner.post("/members/cy/approve").await.done(200);
    staff.post("/members/cy/mute").await.done(200);
    staff.put_nothing("/members/cy/badges/vip").await.done(200);
    // Between bo and cy only.
    bo.block_contact("cy").await.done(200);
    bo.unblock_contact("cy").await.done(200);
    staff.post("/members/cy/block").await.done(200);
    let end = staff.send(own[0], "the end").await.done(201);
    staff.send(own[1], "the end").await.done(201);
    for live in [&mut of_ada, &mut of_outside, &mut of_staff] {
        live.message_saying("the end").await;
    }

    let seen_by_ada = since(&of_ada, "the start", "cy");
    for shown in &seen_by_ada {
        for private in ["status", "community", "muted"] {
            assert_eq!(shown.data.get(private), None, "{shown:?}");
        }
    }
    assert_eq!(seen_by_ada.first().unwrap().data["display_name"], "Cy");
    let with_badge = seen_by_ada.iter().filter(|shown| shown.data["badges"] == json!(["vip"]));
    assert_eq!(with_badge.count(), 1, "{seen_by_ada:#?}");
    assert_eq!(seen_by_ada.last().unwrap().data, json!({ "id": "cy", "gone": true }));
    assert_eq!(since(&of_outside, "the start", "cy"), [&of_outside.seen[0]; 0], "no member of the community");
    let seen_by_staff = since(&of_staff, "the start", "cy");
    let states = seen_by_staff.iter().map(|shown| (shown.data["status"].clone(), shown.data["muted"].clone()));
    let expected = [
        (json!("pending"), json!(false)),
        (json!("active"), json!(false)),
        (json!("active"), json!(true)),
        (json!("active"), json!(true)),
        (json!("blocked"), json!(true)),
    ];
    assert_eq!(states.collect::<Vec<_>>(), expected);
    assert_eq!(ada.shows("/members?q=cy", &end).await.items().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn g7_inbox_is_live_for_staff_only() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (owner, staff) = (site.owner().await, service.caller("acme", "sam", "staff").await);
    let common = group(&ada, &["bo", "cy"]).await;
    let mut of_staff = [staff.live().await, owner.live().await];
    let (mut of_ada, mut of_bo, mut of_cy) = (ada.live().await, bo.live().await, cy.live().await);
    read_on(&ada, common, "the start", &mut [&mut of_ada, &mut of_bo, &mut of_cy]).await;
    let business = ada.business("me").await;
    for live in &mut of_staff {
        assert_eq!(live.until("conversation.changed", business).await.data["name"], "ada");
    }
    ada.send(business, "for staff").await.done(201);
    ada.types(business).await.is(204);
    for live in &mut of_staff {
        live.message_saying("for staff").await;
        // Typing notifications are not ordered with other frames.
        if live.count("typing") == 0 {
            live.expect("typing").await;
        }
        let typing = live.seen.iter().find(|shown| shown.kind == "typing").map(|shown| shown.data.clone());
        assert_eq!(typing, Some(json!({ "conversation_id": business, "member": "ada" })));
    }
    // bo becomes staff with an open stream, and loses the role again.
    owner.put_nothing("/members/bo/roles/staff").await.done(200);
    ada.send(business, "for bo too").await.done(201);
    of_bo.message_saying("for bo too").await;
    owner.delete("/members/bo/roles/staff").await.done(200);
    staff.send(business, "not for bo").await.done(201);
    of_ada.message_saying("not for bo").await;
    read_on(&ada, common, "the end", &mut [&mut of_ada, &mut of_bo, &mut of_cy]).await;

    let business = business.to_string();
    assert!(!of_bo.texts().contains(&"not for bo".to_owned()) && !of_bo.texts().contains(&"for staff".to_owned()));
    assert_eq!(since(&of_cy, "the start", &business), [&of_cy.seen[0]; 0]);
    let of_members = since(&of_ada, "the start", &business);
    let sent = of_members.iter().filter(|shown| shown.kind == "message.sent");
    assert_eq!(sent.count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn g7_markers_and_preferences_reach_own_devices_only() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let club = group(&ada, &["bo"]).await;
    let mut devices = [bo.live().await, bo.live().await];
    let mut of_ada = ada.live().await;
    let [first, second] = &mut devices;
    read_on(&ada, club, "the start", &mut [first, second, &mut of_ada]).await;
    let id = ada.send(club, "one").await.done(201).id();
    bo.mark_read(club, id).await.done(200);
    bo.mark_read(club, id).await.done(200);
    bo.prefer(club, &json!({ "pinned": true })).await.done(200);
    for live in &mut devices {
        live.until("conversation.changed", club).await;
    }
    let [first, second] = &mut devices;
    read_on(&ada, club, "the end", &mut [first, second, &mut of_ada]).await;
    for live in &devices {
        let seen = since(live, "the start", &club.to_string());
        let expected = ["message.sent", "read_marker.moved", "conversation.changed", "message.sent"];
        assert_eq!(kinds(&seen), expected);
        let log_number = seen[1].data["log_number"].as_u64().expect("a log number");
        let marker = json!({ "conversation_id": club, "message": id, "seq": 2, "unread": 0, "log_number": log_number });
        assert_eq!(seen[1].data, marker);
        assert_eq!(seen[2].data["pinned"], true);
        assert_eq!(seen[2].data["as_of"], log_number + 1);
    }
    assert_eq!(kinds(&since(&of_ada, "the start", &club.to_string())), ["message.sent", "message.sent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn g7_stream_resumes_after_any_frame_without_gap() {
    let service = Service::start().await;
    let (site, [ada, bo, cy, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let owner = site.owner().await;
    let (club, direct) = (group(&ada, &["bo", "cy"]).await, ada.direct("bo").await);
    let mut live = bo.live().await;
    read_on(&ada, club, "the start", &mut [&mut live]).await;
    let id = ada.send(club, "one").await.done(201).id();
    cy.react(club, id, "👍").await.done(200);
    ada.edit(club, id, "two").await.done(200);
    bo.mark_read(club, id).await.done(200);
    bo.prefer(direct, &json!({ "muted": true })).await.done(200);
    ada.delete_message(club, id).await.done(200);
    ada.change_group(club, &json!({ "name": "Readers" })).await.done(200);
    ada.add(club, "dee").await.done(200);
    owner.put_nothing("/members/cy/badges/vip").await.done(200);
    cy.send(club, "three").await.done(201);
    owner.patch("/settings", &json!({ "max_participants": 20 })).await.done(200);
    bo.send(bo.business("me").await, "four").await.done(201);
    read_on(&ada, direct, "the end", &mut [&mut live]).await;

    let start = live.seen.iter().position(|shown| shown.data["text"] == "the start").unwrap();
    let all = &live.seen[start..];
    let of_all: std::collections::BTreeSet<_> = all.iter().map(|shown| shown.kind.as_str()).collect();
    let expected = [
        "conversation.changed",
        "member.changed",
        "message.deleted",
        "message.edited",
        "message.reacted",
        "message.sent",
        "read_marker.moved",
        "site.changed",
    ];
    assert_eq!(of_all.into_iter().collect::<Vec<_>>(), expected);
    let name = |shown: &Shown| (shown.kind.clone(), shown.id.clone());
    // The frame of a deletion has the counts as of the deletion.
    let counted = |shown: &Shown| {
        let with_counts = [("message.deleted".to_owned(), None), ("conversation.changed".to_owned(), shown.id.clone())];
        if shown.kind == "message.deleted" { with_counts.to_vec() } else { vec![name(shown)] }
    };
    for (at, cut) in all.iter().enumerate().take(all.len() - 1) {
        let mut resumed = bo.live_after(cut.id.as_deref().expect("all of the log")).await;
        resumed.message_saying("the end").await;
        let again: Vec<_> = resumed.seen.iter().filter(|shown| shown.kind != "ready").map(name).collect();
        assert_eq!(again, all[at + 1..].iter().flat_map(counted).collect::<Vec<_>>(), "after {cut:?}");
    }
}
