//! The relay: the stream is the log's copy, number by number.

use causerie_events::{LogEvent, Position};
use causerie_store::Nats;
use causerie_store::relay::{RelayError, STREAM_NAME};
use futures::future::join_all;
use std::sync::Arc;
use uuid::Uuid;

use crate::jetstream::{Running, assert_copy, last_sequence, publish, stored, until_stored};
use crate::support::{TestStore, decided, member, until};

#[tokio::test]
async fn events_reach_jetstream_in_log_order_under_their_numbers() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    // More than two batches before the relay starts, and some from all sides while it works.
    store.append_notes(1_100).await;
    let relay = Running::start(&store).await;
    join_all((0..40).map(async |sender| {
        store.database.append(&decided(&member(&format!("sender-{sender}")), 1)).await.unwrap();
        relay.wake();
    }))
    .await;

    assert_copy(&store, &nats).await;
    assert_eq!(last_sequence(&nats).await, 1_140);
    relay.stop().await;
}

#[tokio::test]
async fn an_event_that_nobody_announced_is_found_by_the_poll() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    for number in 1..=3 {
        store.append_notes(1).await;
        until_stored(&nats, number).await;
    }
    assert_copy(&store, &nats).await;
    relay.stop().await;
}

#[tokio::test]
async fn a_relay_goes_on_where_the_one_before_it_ended() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    for round in 1..=3 {
        store.append_notes(20).await;
        let relay = Running::start(&store).await;
        until_stored(&nats, round * 20).await;
        relay.stop().await;
    }
    assert_copy(&store, &nats).await;
}

#[tokio::test]
async fn deleted_stream_is_refilled_with_the_next_event() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(60).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 60).await;
    let before = stored(&nats).await;

    nats.jetstream.delete_stream(STREAM_NAME).await.unwrap();
    store.append_notes(1).await;

    assert_copy(&store, &nats).await;
    assert_eq!(stored(&nats).await[..60], before);
    relay.stop().await;
}

/// A stream that is lost on a quiet evening must not wait for the next message: a rebuild or a
/// consumer may be at it.
#[tokio::test]
async fn deleted_stream_is_refilled_without_new_events() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(60).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 60).await;

    nats.jetstream.delete_stream(STREAM_NAME).await.unwrap();

    assert_copy(&store, &nats).await;
    relay.stop().await;
}

#[tokio::test]
async fn second_relay_takes_over_when_the_leader_stops() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let (one, other) = (Running::start(&store).await, Running::start(&store).await);
    for number in 1..=10 {
        store.append_notes(10).await;
        until_stored(&nats, number * 10).await;
    }
    assert_eq!(leaders(&store).await, 1);
    assert_copy(&store, &nats).await;

    // Whichever led, one of the two stops is a handover.
    one.stop().await;
    store.append_notes(10).await;
    until_stored(&nats, 110).await;
    assert_eq!(leaders(&store).await, 1);
    let third = Running::start(&store).await;
    other.stop().await;
    store.append_notes(10).await;
    assert_copy(&store, &nats).await;

    third.stop().await;
    until("the lock is given up", async || leaders(&store).await, |leaders| *leaders == 0).await;
}

async fn leaders(store: &TestStore) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7301 AND objid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .fetch_one(store.database.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn relay_that_starts_on_a_foreign_event_reports_divergence() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let foreign = foreign_to(store_with_three_events(&store, &nats).await);
    publish(&nats, &foreign).await;

    let outcome = Running::start(&store).await.ended().await;
    assert_diverged(outcome, &foreign);
    store.append_notes(1).await;
    assert_eq!(last_sequence(&nats).await, 4, "nothing was published behind it");
}

#[tokio::test]
async fn an_event_of_the_log_at_another_number_counts_as_foreign() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let first = store_with_three_events(&store, &nats).await.swap_remove(0);
    let again = LogEvent { log_number: 4, ..first };
    // The log has it, but as number 1: after it the relay would send events 2 and 3 again.
    publish(&nats, &LogEvent { log_number: 1, ..again.clone() }).await;

    let outcome = Running::start(&store).await.ended().await;
    assert_diverged(outcome, &again);
}

/// The first event behind it is refused, but the ones sent along with that fit again: the stream
/// ends with an event of the log at its right number, and still lacks one.
#[tokio::test]
async fn leading_relay_reports_divergence_at_a_foreign_event() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(3).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 3).await;

    let foreign = foreign_to(store.log().await);
    publish(&nats, &foreign).await;
    store.append_notes(5).await;
    let outcome = relay.ended().await;
    assert_diverged(outcome, &foreign);
    assert_eq!(last_sequence(&nats).await, 4);
}

#[tokio::test]
async fn a_message_that_is_no_event_at_all_counts_as_foreign() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store_with_three_events(&store, &nats).await;
    nats.jetstream.publish("causerie.v1.acme.member.hello", "hello".into()).await.unwrap().await.unwrap();

    let outcome = Running::start(&store).await.ended().await;
    assert!(matches!(outcome, Err(RelayError::Diverged { log_number: 4, .. })), "{outcome:?}");
}

/// Three events in the log and the stream; returns them. No relay runs afterwards.
async fn store_with_three_events(store: &TestStore, nats: &Nats) -> Vec<LogEvent> {
    store.append_notes(3).await;
    let relay = Running::start(store).await;
    until_stored(nats, 3).await;
    relay.stop().await;
    store.log().await
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
