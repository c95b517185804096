//! The relay: the stream is the log's copy, number by number.

use causerie_events::{LogEvent, Position};
use causerie_store::Nats;
use causerie_store::relay::{RelayError, STREAM_NAME};
use futures::future::join_all;
use std::sync::Arc;
use uuid::Uuid;

use crate::jetstream::{Running, assert_copy, last_sequence, publish, stored, until_stored};
use crate::support::{Room, decided, member, until};

#[tokio::test]
async fn events_reach_jetstream_in_the_order_of_the_log_under_their_numbers() {
    let room = Room::open().await;
    let nats = room.nats().await;
    // More than two batches before the relay starts, and some from all sides while it works.
    room.append_notes(1_100).await;
    let relay = Running::start(&room).await;
    join_all((0..40).map(async |sender| {
        room.database.append(&decided(&member(&format!("sender-{sender}")), 1)).await.unwrap();
        relay.wake();
    }))
    .await;

    assert_copy(&room, &nats).await;
    assert_eq!(last_sequence(&nats).await, 1_140);
    relay.stop().await;
    room.close().await;
}

#[tokio::test]
async fn an_event_that_nobody_announced_is_found_by_the_poll() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let relay = Running::start(&room).await;
    for number in 1..=3 {
        room.append_notes(1).await;
        until_stored(&nats, number).await;
    }
    assert_copy(&room, &nats).await;
    relay.stop().await;
    room.close().await;
}

#[tokio::test]
async fn a_relay_goes_on_where_the_one_before_it_ended() {
    let room = Room::open().await;
    let nats = room.nats().await;
    for round in 1..=3 {
        room.append_notes(20).await;
        let relay = Running::start(&room).await;
        until_stored(&nats, round * 20).await;
        relay.stop().await;
    }
    assert_copy(&room, &nats).await;
    room.close().await;
}

#[tokio::test]
async fn a_stream_that_was_deleted_is_refilled_to_the_same_numbers_with_the_next_event() {
    let room = Room::open().await;
    let nats = room.nats().await;
    room.append_notes(60).await;
    let relay = Running::start(&room).await;
    until_stored(&nats, 60).await;
    let before = stored(&nats).await;

    nats.jetstream.delete_stream(STREAM_NAME).await.unwrap();
    room.append_notes(1).await;

    assert_copy(&room, &nats).await;
    assert_eq!(stored(&nats).await[..60], before);
    relay.stop().await;
    room.close().await;
}

/// A stream that is lost on a quiet evening must not wait for the next message: a rebuild or a consumer may be at it.
#[tokio::test]
async fn a_stream_that_was_deleted_is_refilled_though_nothing_new_happens() {
    let room = Room::open().await;
    let nats = room.nats().await;
    room.append_notes(60).await;
    let relay = Running::start(&room).await;
    until_stored(&nats, 60).await;

    nats.jetstream.delete_stream(STREAM_NAME).await.unwrap();

    assert_copy(&room, &nats).await;
    relay.stop().await;
    room.close().await;
}

#[tokio::test]
async fn of_two_relays_one_leads_and_the_other_takes_over_when_it_stops() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let (one, other) = (Running::start(&room).await, Running::start(&room).await);
    for number in 1..=10 {
        room.append_notes(10).await;
        until_stored(&nats, number * 10).await;
    }
    assert_eq!(leaders(&room).await, 1);
    assert_copy(&room, &nats).await;

    // Whichever led, one of the two stops is a handover.
    one.stop().await;
    room.append_notes(10).await;
    until_stored(&nats, 110).await;
    assert_eq!(leaders(&room).await, 1);
    let third = Running::start(&room).await;
    other.stop().await;
    room.append_notes(10).await;
    assert_copy(&room, &nats).await;

    third.stop().await;
    until("the lock is given up", async || leaders(&room).await, |leaders| *leaders == 0).await;
    room.close().await;
}

async fn leaders(room: &Room) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7301 AND objid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .fetch_one(room.database.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_relay_that_starts_on_an_event_foreign_to_the_log_stops_and_says_so() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let foreign = foreign_to(room_with_three_events(&room, &nats).await);
    publish(&nats, &foreign).await;

    let outcome = Running::start(&room).await.ended().await;
    assert_diverged(outcome, &foreign);
    room.append_notes(1).await;
    assert_eq!(last_sequence(&nats).await, 4, "nothing was published behind it");
    room.close().await;
}

#[tokio::test]
async fn an_event_of_the_log_at_another_number_counts_as_foreign() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let first = room_with_three_events(&room, &nats).await.swap_remove(0);
    let again = LogEvent { log_number: 4, ..first };
    // The log has it, but as number 1: after it the relay would send events 2 and 3 again.
    publish(&nats, &LogEvent { log_number: 1, ..again.clone() }).await;

    let outcome = Running::start(&room).await.ended().await;
    assert_diverged(outcome, &again);
    room.close().await;
}

/// The first event behind it is refused, but the ones sent along with that fit again: the stream ends with an event of the
/// log at its right number, and still lacks one.
#[tokio::test]
async fn a_relay_that_meets_a_foreign_event_while_it_leads_stops_and_says_so() {
    let room = Room::open().await;
    let nats = room.nats().await;
    room.append_notes(3).await;
    let relay = Running::start(&room).await;
    until_stored(&nats, 3).await;

    let foreign = foreign_to(room.log().await);
    publish(&nats, &foreign).await;
    room.append_notes(5).await;
    let outcome = relay.ended().await;
    assert_diverged(outcome, &foreign);
    assert_eq!(last_sequence(&nats).await, 4);
    room.close().await;
}

#[tokio::test]
async fn a_message_that_is_no_event_at_all_counts_as_foreign() {
    let room = Room::open().await;
    let nats = room.nats().await;
    room_with_three_events(&room, &nats).await;
    nats.jetstream.publish("causerie.v1.acme.member.hello", "hello".into()).await.unwrap().await.unwrap();

    let outcome = Running::start(&room).await.ended().await;
    assert!(matches!(outcome, Err(RelayError::Diverged { log_number: 4, .. })), "{outcome:?}");
    room.close().await;
}

/// Three events in the log and the stream; answers with them. No relay runs afterwards.
async fn room_with_three_events(room: &Room, nats: &Nats) -> Vec<LogEvent> {
    room.append_notes(3).await;
    let relay = Running::start(room).await;
    until_stored(nats, 3).await;
    relay.stop().await;
    room.log().await
}

/// The next event, as another log may have it: the same place, another id.
fn foreign_to(log: Vec<LogEvent>) -> LogEvent {
    let mut foreign = log.into_iter().last().unwrap();
    foreign.log_number += 1;
    let recorded = Arc::make_mut(&mut foreign.recorded);
    recorded.event_id = Uuid::new_v4().into();
    recorded.position = Position { position: recorded.position.position + 1, ..recorded.position };
    foreign
}

fn assert_diverged(outcome: Result<(), RelayError>, foreign: &LogEvent) {
    match outcome {
        Err(RelayError::Diverged { stream, log_number, found }) => {
            assert_eq!((stream, log_number), (STREAM_NAME, foreign.log_number));
            assert!(found.contains(&foreign.recorded.event_id.to_string()), "{found}");
        }
        other => panic!("the relay ended with {other:?}"),
    }
}
