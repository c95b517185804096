//! G5, G6 and C10: read markers, typing, and preferences.

use causerie_tests::{ApiResponse, Caller, Service, Site};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::group;

#[tokio::test(flavor = "multi_thread")]
async fn g5_unread_counts_messages_of_others_after_the_marker() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let club = group(&ada, &["bo"]).await;
    let mut ids = Vec::new();
    let mut last = ada.send(club, "one").await.done(201);
    ids.push(last.id());
    for text in ["two", "three", "four"] {
        last = ada.send(club, text).await.done(201);
        ids.push(last.id());
    }
    let count =
        async |write| [ada.listed(club, write).await["unread"].clone(), bo.listed(club, write).await["unread"].clone()];
    assert_eq!(count(&last).await, [0, 4]);
    let own = bo.send(club, "mine").await.done(201);
    assert_eq!(count(&own).await, [1, 4], "one's own count for others");
    ada.edit(club, ids[0], "one, edited").await.done(200);
    let reacted = ada.react(club, own.id(), "👍").await.done(200);
    assert_eq!(count(&reacted).await[1], 4);
    let deleted = ada.delete_message(club, ids[3]).await.done(200);
    assert_eq!(count(&deleted).await[1], 3);

    let mut live = bo.live().await;
    let marked = bo.mark_read(club, ids[1]).await.done(200);
    assert_eq!(marked.json, json!({ "conversation_id": club, "message": ids[1] }));
    assert_eq!(count(&marked).await, [1, 1]);
    let shown = live.expect("read_marker.moved").await.data;
    let log_number = shown["log_number"].as_u64().expect("the log number that the count is true at");
    let moved = json!({ "conversation_id": club, "message": ids[1], "seq": 2, "unread": 1, "log_number": log_number });
    assert_eq!(shown, moved);
    // A device that is behind does not move the marker back.
    let behind = bo.mark_read(club, ids[0]).await.done(200);
    assert_eq!((&behind.json, behind.header("etag")), (&marked.json, marked.header("etag")));
    assert_eq!(count(&behind).await[1], 1);
    bo.mark_read(club, Uuid::now_v7()).await.problem(404, "message.not_found");
    bo.mark_read(bo.direct("ada").await, ids[2]).await.problem(404, "message.not_found");
    cy.mark_read(club, ids[2]).await.problem(404, "conversation.not_found");

    // Messages deleted before and after the marker, and at the marker: the count is never negative.
    for id in [ids[0], ids[1], ids[2]] {
        ada.delete_message(club, id).await.done(200);
    }
    let all = bo.mark_read(club, own.id()).await.done(200);
    assert_eq!(count(&all).await, [1, 0]);
    let next = ada.send(club, "next").await.done(201);
    assert_eq!(count(&next).await, [1, 1]);
    assert_eq!(bo.listed(club, &next).await["read_seq"], 5);
    let marked = bo.mark_read(club, ids[3]).await.done(200);
    assert_eq!(count(&marked).await, [1, 1], "a deleted message from before moves nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_unread_count_matches_the_messages_under_races() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let club = group(&ada, &["bo", "cy"]).await;
    bo.reads(club, &ada.send(club, "the start").await.done(201)).await;
    let writers = [&ada, &cy, &bo].into_iter().cloned().map(|author| {
        tokio::spawn(async move {
            for n in 0..12 {
                let id = author.send(club, &n.to_string()).await.done(201).id();
                if n % 3 == 0 {
                    author.delete_message(club, id).await.done(200);
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    // Meanwhile bo reads on three devices at different speeds.
    let devices = (1..=3_usize).map(|pace| {
        let bo = bo.clone();
        tokio::spawn(async move {
            for _ in 0..8 {
                let page = bo.messages(club, "limit=200").await.is(200);
                if let Some(id) = page.each("id").iter().rev().nth(pace) {
                    bo.mark_read(club, id.parse().unwrap()).await.done(200);
                }
                let unread = &bo.get(&format!("/conversations/{club}")).await.json["unread"];
                assert!(unread.as_u64().is_some_and(|unread| unread <= 37), "{unread}");
            }
        })
    });
    for task in writers.into_iter().chain(devices.collect::<Vec<_>>()) {
        task.await.unwrap();
    }
    let end = ada.send(club, "the end").await.done(201);
    let item = bo.listed(club, &end).await;
    let listed = bo.reads(club, &end).await;
    let after = |item: &&Value, marker: &Value| item["seq"].as_u64() > marker.as_u64();
    let items = listed.items().iter().filter(|message| after(message, &item["read_seq"]));
    let unread = items.filter(|message| message["author"] != "bo" && message["deleted"] == false).count();
    assert_eq!(item["unread"], unread);
    let read = bo.mark_read(club, end.id()).await.done(200);
    assert_eq!(bo.listed(club, &read).await["unread"], 0, "never stuck");
}

#[tokio::test(flavor = "multi_thread")]
async fn g6_typing_is_shown_within_reach_and_not_logged() {
    let service = Service::start().await;
    let (site, [ada, bo, cy, dee]) = Site::with_members(&service, "acme", ["ada", "bo", "cy", "dee"]).await;
    let club = group(&cy, &["ada", "bo"]).await;
    let elsewhere = group(&cy, &["ada", "bo", "dee"]).await;
    ada.block_contact("bo").await.done(200);
    let before = service.replay(None).await.len();
    let (mut live_ada, mut live_cy, mut live_dee) = (ada.live().await, cy.live().await, dee.live().await);
    for (caller, name) in [(&bo, "bo"), (&ada, "ada")] {
        caller.types(club).await.is(204);
        let shown = live_cy.expect("typing").await;
        assert_eq!(shown.data, json!({ "conversation_id": club, "member": name }));
        assert_eq!(shown.id, None);
    }
    assert_eq!(service.replay(None).await.len(), before, "never in the log");
    dee.types(club).await.problem(404, "conversation.not_found");
    site.owner().await.types(club).await.problem(404, "conversation.not_found");

    cy.send(elsewhere, "the end").await.done(201);
    for live in [&mut live_ada, &mut live_dee] {
        live.message_saying("the end").await;
    }
    assert_eq!(live_dee.count("typing"), 0, "not in the group");
    let of_bo = live_ada.seen.iter().filter(|shown| shown.kind == "typing" && shown.data["member"] == "bo");
    assert_eq!(of_bo.count(), 0, "never across a block");

    // At most one notification per second is useful.
    let responses = futures::future::join_all((0..20).map(|_| cy.types(club))).await;
    let refused: Vec<_> = responses.into_iter().filter(|response| response.status != 204).collect();
    assert!(!refused.is_empty(), "none of 20 at once is refused");
    for response in refused {
        let refused = response.some_problem().is(429);
        assert!(!refused.header("retry-after").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c10_preferences_are_private_to_each_member() {
    let service = Service::start().await;
    let (site, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (club, direct) = (group(&ada, &["bo"]).await, ada.direct("bo").await);
    let mut live = bo.live().await;
    ada.send(club, "the start").await.done(201);
    live.message_saying("the start").await;
    let heard = live.count("conversation.changed");
    let preferences =
        |item: &Value| json!({ "muted": item["muted"], "archived": item["archived"], "pinned": item["pinned"] });
    let none = json!({ "muted": false, "archived": false, "pinned": false });
    let all = json!({ "muted": true, "archived": true, "pinned": true });
    let changed = ada.prefer(club, &json!({ "pinned": true })).await.done(200);
    assert_eq!(changed.json, json!({ "muted": false, "archived": false, "pinned": true }));
    assert_eq!(ada.shows("/conversations?pinned=true", &changed).await.each("id"), [club.to_string()]);
    let changed = ada.prefer(club, &json!({ "muted": true, "archived": true })).await.done(200);
    assert_eq!(changed.json, all);
    let again = ada.prefer(club, &json!({ "archived": true })).await.done(200);
    assert_eq!(again.header("etag"), changed.header("etag"));

    assert_eq!(ada.shows("/conversations", &changed).await.each("id"), [direct.to_string()], "out of the list");
    let archive = ada.shows("/conversations?archived=true", &changed).await;
    assert_eq!(archive.each("id"), [club.to_string()]);
    assert_eq!(preferences(&archive.items()[0]), all);
    assert_eq!(preferences(&bo.listed(club, &changed).await), none, "bo's own is as it was");
    for caller in [&cy, &site.owner().await] {
        caller.prefer(club, &json!({ "muted": true })).await.problem(404, "conversation.not_found");
    }
    ada.prefer(club, &json!({ "muted": "yes" })).await.problem(422, "body.invalid");

    let back = ada.prefer(club, &none).await.done(200);
    assert_eq!(preferences(&ada.listed(club, &back).await), none);
    ada.send(club, "the end").await.done(201);
    live.message_saying("the end").await;
    assert_eq!(live.count("conversation.changed"), heard, "other members see no frame: {:#?}", live.seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn c10_message_unarchives_a_conversation_unless_muted() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let sam = service.caller("acme", "sam", "staff").await;
    let (club, business) = (group(&bo, &["ada"]).await, ada.business("me").await);
    let archive = json!({ "archived": true });
    let archived = async |caller: &Caller, id: Uuid, write: &ApiResponse| {
        let list = caller.shows("/conversations?archived=true", write).await;
        assert_eq!(
            caller.listed(id, write).await.is_null(),
            list.each("id").contains(&id.to_string()),
            "in one of the two"
        );
        caller.shows(&format!("/conversations/{id}"), write).await.json["archived"] == true
    };
    for (caller, id, other) in [(&ada, club, &bo), (&sam, business, &ada)] {
        let mut live = caller.live().await;
        let done = caller.prefer(id, &archive).await.done(200);
        assert!(archived(caller, id, &done).await);
        let sent = other.send(id, "a question").await.done(201);
        assert!(!archived(caller, id, &sent).await, "back in the list");
        assert_eq!(caller.listed(id, &sent).await["unread"], 1);
        live.message_saying("a question").await;
        let pinned = caller.prefer(id, &json!({ "pinned": true })).await.done(200);
        assert_eq!(pinned.json["archived"], false, "as the list shows it");
        // Archived again, until the next message.
        let again = caller.prefer(id, &archive).await.done(200);
        assert_eq!(again.json["archived"], true);
        assert!(archived(caller, id, &again).await);
        let repeated = caller.prefer(id, &archive).await.done(200);
        assert_eq!(repeated.header("etag"), again.header("etag"));
        let own = caller.send(id, "a reply").await.done(201);
        assert!(!archived(caller, id, &own).await);
        // The conversation is muted, so it remains archived.
        caller.prefer(id, &json!({ "archived": true, "muted": true })).await.done(200);
        let sent = other.send(id, "another").await.done(201);
        assert!(archived(caller, id, &sent).await);
        let unmuted = caller.prefer(id, &json!({ "muted": false })).await.done(200);
        assert!(archived(caller, id, &unmuted).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_blocked_messages_do_not_count_until_unblocked() {
    let service = Service::start().await;
    let (_, [ada, bo, cy]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    let (club, direct) = (group(&ada, &["bo", "cy"]).await, bo.direct("ada").await);
    bo.send(club, "before").await.done(201);
    bo.send(direct, "before").await.done(201);
    let count = async |caller: &Caller, id: Uuid, write: &ApiResponse| {
        let listed = caller.listed(id, write).await;
        assert_eq!(caller.shows(&format!("/conversations/{id}"), write).await.json["unread"], listed["unread"]);
        listed["unread"].as_i64().unwrap()
    };
    let blocked = ada.block_contact("bo").await.done(200);
    assert_eq!((count(&ada, club, &blocked).await, count(&ada, direct, &blocked).await), (0, 0));
    let mut live = ada.live().await;
    let hidden = bo.send(club, "behind the block").await.done(201);
    let gone = bo.send(club, "deleted").await.done(201).id();
    let seen = cy.send(club, "seen").await.done(201);
    bo.delete_message(club, gone).await.done(200);
    assert_eq!(count(&ada, club, &seen).await, 1);
    assert_eq!(live.message_saying("behind the block").await["collapsed"], true);
    // The other member of the block does not count either.
    let sent = ada.send(club, "from ada").await.done(201);
    assert_eq!((count(&bo, club, &sent).await, count(&cy, club, &sent).await), (1, 3));
    // Frames have the same count.
    let marked = ada.mark_read(club, hidden.id()).await.done(200);
    let frame = live.until("read_marker.moved", club).await;
    assert_eq!((frame.data["unread"].as_i64(), count(&ada, club, &marked).await), (Some(1), 1));
    bo.send(club, "behind it too").await.done(201);
    let lifted = ada.unblock_contact("bo").await.done(200);
    assert_eq!((count(&ada, club, &lifted).await, count(&ada, direct, &lifted).await), (2, 1));
    assert_eq!(count(&bo, club, &lifted).await, 2, "seen, and from ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn g5_joining_a_group_updates_its_activity() {
    let service = Service::start().await;
    let (_, [ada, bo, _]) = Site::with_members(&service, "acme", ["ada", "bo", "cy"]).await;
    for history in ["since_joined", "all"] {
        let old = group(&ada, &["cy"]).await;
        ada.change_group(old, &json!({ "history": history })).await.done(200);
        ada.send(old, "long ago").await.done(201);
        let newer = group(&ada, &["bo"]).await;
        ada.send(newer, "since").await.done(201);
        let mut live = bo.live().await;
        let added = ada.add(old, "bo").await.done(200);
        let listed = bo.shows("/conversations", &added).await;
        assert_eq!(listed.each("id")[..2], [old.to_string(), newer.to_string()], "{history}");
        let shown = live.until("conversation.changed", old).await.data["activity"].as_u64().unwrap();
        assert_eq!(listed.items()[0]["activity"].as_u64(), Some(shown));
        assert!(listed.items()[1]["activity"].as_u64().unwrap() < shown);
        assert_eq!(bo.list_ids("/conversations?", 1).await, listed.each("id"));
        let of_ada = ada.shows("/conversations", &added).await;
        assert_eq!(of_ada.each("id")[..2], [newer.to_string(), old.to_string()], "for the others nothing has changed");
    }
}
