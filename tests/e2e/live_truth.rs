//! Frames agree with fetched resources: never older than their position while read models lag, with correct counts, and
//! with a reset where no frame can show the change.

use causerie_tests::{Live, Service, Shown, Site, eventually};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection, Postgres, Transaction};
use uuid::Uuid;

use crate::pair_in_a_group;

const READ_MODELS: &str = "SET LOCAL search_path = read_models;
     LOCK TABLE timeline, timeline_conversations, timeline_participants, timeline_readers, timeline_reactions,
       conversation_list, conversation_list_participants, conversation_list_preferences, member_list
     IN ACCESS EXCLUSIVE MODE";

async fn connection(service: &Service) -> PgConnection {
    PgConnection::connect(service.servers.database_url()).await.unwrap()
}

/// Stops the read models until it is dropped.
async fn hold(database: &mut PgConnection) -> Transaction<'_, Postgres> {
    let mut held = database.begin().await.unwrap();
    held.execute(READ_MODELS).await.unwrap();
    held
}

/// The frames of a stream up to this text.
pub(crate) async fn shown_until(live: &mut Live, text: &str) -> Vec<Shown> {
    live.message_saying(text).await;
    live.seen.clone()
}

pub(crate) fn of_kind<'a>(shown: &'a [Shown], kind: &str) -> Vec<&'a Value> {
    shown.iter().filter(|shown| shown.kind == kind).map(|shown| &shown.data).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn deletion_while_read_models_stand_still_never_shows_the_text() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (club, other) = (ada.group(&["bo"]).await, ada.group(&["bo"]).await);
    let message = ada.send(club, "SECRET").await.done(201).id();
    let edited = ada.send(club, "first").await.done(201).id();
    let response = ada.reply(club, message, "reply").await.done(201);
    bo.reads(club, &response).await;
    let mut live = bo.live().await;
    let mut database = connection(&service).await;
    let held = hold(&mut database).await;
    ada.delete_message(club, message).await.done(200);
    ada.edit(club, edited, "second").await.done(200);
    ada.react(club, edited, "👍").await.done(200);
    ada.reply(club, message, "another reply").await.done(201);
    ada.send(other, "still live").await.done(201);
    // All of it is shown while the read models are stopped.
    live.message_saying("still live").await;
    held.rollback().await.unwrap();
    let deleted = of_kind(&live.seen, "message.deleted");
    assert_eq!((&deleted[0]["text"], &deleted[0]["deleted"]), (&json!(""), &json!(true)));
    assert_eq!(of_kind(&live.seen, "message.edited")[0]["text"], "second");
    assert_eq!(of_kind(&live.seen, "message.reacted")[0]["reactions"][0]["emoji"], "👍");
    let reply = of_kind(&live.seen, "message.sent").into_iter().find(|data| data["text"] == "another reply");
    assert_eq!(reply.unwrap()["reply_preview"]["deleted"], true);
    assert!(!format!("{:?}", live.seen).contains("SECRET"), "{:?}", live.seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn change_with_stalled_read_models_ends_the_stream() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (club, new) = (Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(club, "Club", &["bo"]).await.done(201);
    let sent = ada.send(club, "one").await.done(201);
    bo.reads(club, &sent).await;
    let mut live = bo.live().await;
    let mut of_ada = ada.live().await;
    let place = live.last_event_id().to_owned();
    let mut database = connection(&service).await;
    let held = hold(&mut database).await;
    bo.mark_read(club, sent.id()).await.done(200);
    bo.prefer(club, &json!({ "muted": true })).await.done(200);
    ada.change_group(club, &json!({ "name": "Readers" })).await.done(200);
    ada.grant(club, "bo").await.done(200);
    ada.create_group(new, "New", &["bo"]).await.done(201);
    // Longer than any lookup, so the streams that need the read models end.
    live.end().await;
    of_ada.end().await;
    held.rollback().await.unwrap();
    for shown in &live.seen {
        assert!(shown.kind == "ready", "{shown:?}");
    }
    let end = ada.send(club, "the end").await.done(201);
    let again = async || bo.request(Method::GET, "/stream").header("last-event-id", &place).send().await.unwrap();
    let response = eventually("the stream begins again", again, |response| response.status() == 200).await;
    drop(response);
    let mut resumed = bo.live_after(&place).await;
    let shown = shown_until(&mut resumed, "the end").await;
    let changed = of_kind(&shown, "conversation.changed");
    let last_of = |id: Uuid| changed.iter().rev().find(|data| data["id"] == id.to_string()).copied().cloned().unwrap();
    let renamed = last_of(club);
    assert_eq!((&renamed["name"], &renamed["muted"]), (&json!("Readers"), &json!(true)));
    assert_eq!((&renamed["admin"], &renamed["read_seq"]), (&json!(true), &json!(1)));
    assert_eq!(last_of(new)["name"], "New");
    assert_eq!(bo.listed(new, &end).await["name"], "New");
}

#[tokio::test(flavor = "multi_thread")]
async fn parked_conversation_is_shown_as_it_is_fetched() {
    let service = Service::start().await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let (club, other) = (Uuid::now_v7(), Uuid::now_v7());
    ada.create_group(club, "Club", &["bo"]).await.done(201);
    let created = ada.create_group(other, "Other", &["bo"]).await.done(201);
    bo.listed(other, &created).await;
    let mut live = bo.live().await;
    let mut database = connection(&service).await;
    for model in ["conversation_list", "timeline"] {
        sqlx::query(
            "INSERT INTO read_models.projection_parked (projection, log_number, transaction_id, position, key, error)
             VALUES ($1, 1, '1'::xid8, 1, 'acme/conversation/' || $2::text, 'held')",
        )
        .bind(model)
        .bind(club.to_string())
        .execute(&mut database)
        .await
        .unwrap();
    }
    ada.change_group(club, &json!({ "name": "Readers" })).await.done(200);
    let end = ada.send(other, "the end").await.done(201);
    let shown = shown_until(&mut live, "the end").await;
    assert_eq!(of_kind(&shown, "conversation.changed"), [&json!(null); 0], "older than its position");
    assert_eq!(bo.listed(club, &end).await["name"], "Club");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_of_a_late_frame_are_as_of_its_event() {
    let service = Service::start().await;
    let ([ada, bo], club) = pair_in_a_group(&service).await;
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(ada.send(club, &format!("{n}")).await.done(201).id());
    }
    let sent = ada.send(club, "the start").await.done(201);
    bo.listed(club, &sent).await;
    let mut live = bo.live().await;
    let mut database = connection(&service).await;
    let mut held = database.begin().await.unwrap();
    held.execute("LOCK TABLE read_models.conversation_list IN ACCESS EXCLUSIVE MODE").await.unwrap();
    // These frames wait for the conversation list, while the timeline continues.
    bo.mark_read(club, ids[1]).await.done(200);
    bo.prefer(club, &json!({ "muted": true })).await.done(200);
    ada.delete_message(club, ids[2]).await.done(200);
    ada.send(club, "more").await.done(201);
    let end = ada.send(club, "the end").await.done(201);
    bo.reads(club, &end).await;
    held.rollback().await.unwrap();
    let shown = shown_until(&mut live, "the end").await;
    let (mut unread, mut read_seq) = (4, 0);
    for Shown { data, kind, .. } in &shown {
        let number = |field: &str| data[field].as_i64().unwrap_or_default();
        match kind.as_str() {
            "conversation.changed" => (unread, read_seq) = (number("unread"), number("read_seq")),
            "read_marker.moved" => (unread, read_seq) = (number("unread"), number("seq")),
            "message.sent" if data["author"] != "bo" => unread += 1,
            "message.deleted" if number("seq") > read_seq => unread -= 1,
            _ => {}
        }
    }
    assert_eq!((unread, &bo.listed(club, &end).await["unread"]), (4, &json!(4)), "{shown:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn role_change_with_an_open_stream_resets_and_shows_as_fetched() {
    let service = Service::start().await;
    let (site, [cem, dia]) = Site::with_members(&service, "acme", ["cem", "dia"]).await;
    let owner = site.owner().await;
    let club = cem.group(&["dia"]).await;
    dia.business("me").await;
    dia.block_contact("cem").await.done(200);
    let mut live = cem.live().await;
    for (change, collapsed) in [(true, false), (false, true)] {
        let role = "/members/cem/roles/staff";
        let changed = if change { owner.put_nothing(role).await } else { owner.delete(role).await };
        let position = changed.done(200).position().to_owned();
        let reset = live.expect("reset").await;
        assert_eq!(reset.id.as_deref(), Some(&*position));
        let own = &live.seen[live.seen.len() - 2];
        assert_eq!((own.kind.as_str(), &own.id, &own.data["id"]), ("member.changed", &None, &json!("cem")));
        let text = format!("staff: {change}");
        let sent = dia.send(club, &text).await.done(201);
        assert_eq!(live.message_saying(&text).await["collapsed"], collapsed);
        let listed = cem.reads(club, &sent).await;
        assert_eq!(listed.items().last().unwrap()["collapsed"], collapsed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn block_that_the_roster_does_not_tell_resets() {
    let service = Service::start().await;
    let (site, [ada, bo, cem]) = Site::with_members(&service, "acme", ["ada", "bo", "cem"]).await;
    let owner = site.owner().await;
    ada.group(&["bo", "cem"]).await;
    owner.put_nothing("/members/ada/roles/staff").await.done(200);
    // Staff still see members they have blocked, so the stream must not report them as gone.
    let mut live = ada.live().await;
    let blocked = ada.block_contact("bo").await.done(200);
    assert_eq!(live.expect("reset").await.id.as_deref(), Some(blocked.position()));
    assert_eq!(live.count("member.changed"), 0, "{:?}", live.seen);
    ada.shows("/members/bo", &blocked).await;
    // With member chat off the roster is empty, but messages remain collapsed.
    owner.post("/member-chat/disable").await.done(200);
    let (mut of_bo, mut of_cem) = (bo.live().await, cem.live().await);
    for change in [true, false] {
        let changed = if change { bo.block_contact("cem").await } else { bo.unblock_contact("cem").await };
        let position = changed.done(200).position().to_owned();
        for live in [&mut of_bo, &mut of_cem] {
            assert_eq!(live.expect("reset").await.id.as_deref(), Some(&*position));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_is_not_to_be_transformed() {
    let service = Service::start().await;
    let site = Site::open(&service, "acme", &["ada"]).await;
    let response = site.member("ada").await.request(Method::GET, "/stream").send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store, no-transform");
}
