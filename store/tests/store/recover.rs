//! Going on from a log that lost events which the stream still holds.

use std::sync::Arc;

use causerie_events::{LogEvent, Position};
use causerie_store::{Nats, Recovery, Relayed, StoreErrorKind, relayed};
use uuid::Uuid;

use crate::jetstream::{Running, last_sequence, publish, stored, until_stored};
use crate::stream::damage;
use crate::support::TestStore;

/// Five events in the log and the stream, and three more in the stream that the log lost.
async fn store_with_three_lost_events() -> (TestStore, Nats, Vec<LogEvent>) {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(5).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 5).await;
    relay.stop().await;
    let fifth = store.log().await.swap_remove(4);
    let lost: Vec<LogEvent> = (6..=8)
        .map(|log_number| {
            let mut event = LogEvent { log_number, ..fifth.clone() };
            let recorded = Arc::make_mut(&mut event.recorded);
            recorded.event_id = Uuid::new_v4().into();
            recorded.position = Position { position: recorded.position.position + 1, ..recorded.position };
            event
        })
        .collect();
    for event in &lost {
        publish(&nats, event).await;
    }
    (store, nats, lost)
}

#[tokio::test]
async fn what_the_log_lost_is_listed_and_nothing_is_changed() {
    let (store, nats, lost) = store_with_three_lost_events().await;
    assert!(matches!(relayed(&nats, &store.database).await.unwrap(), Relayed::Diverged { .. }));
    let mut seen = Vec::new();
    let recovery =
        Recovery::prepare(&store.database, &nats, |count, of| seen.push((count, of))).await.unwrap().unwrap();
    assert_eq!((recovery.shared, recovery.last, seen.last()), (5, 8, Some(&(8, 8))));
    for (found, lost) in recovery.lost.iter().zip(&lost) {
        assert_eq!(found.log_number, lost.log_number);
        assert_eq!(found.event.as_ref().unwrap().event_id, lost.recorded.event_id);
    }
    drop(recovery);
    assert_eq!(last_sequence(&nats).await, 8);
    assert!(matches!(relayed(&nats, &store.database).await.unwrap(), Relayed::Diverged { .. }));
}

#[tokio::test]
async fn stream_copies_the_accepted_log_in_a_new_epoch() {
    let (store, nats, lost) = store_with_three_lost_events().await;
    let recovery = Recovery::prepare(&store.database, &nats, |_, _| ()).await.unwrap().unwrap();
    assert_eq!(recovery.accept().await.unwrap(), 1);

    let relay = Running::start(&store).await;
    store.append_notes_in(1, 4).await;
    let log = store.log().await;
    assert_eq!(log.len(), 10);
    until_stored(&nats, 10).await;
    let stream = stored(&nats).await;
    for (event, (sequence, copy)) in log.iter().zip(&stream) {
        assert_eq!((*sequence, copy.recorded.event_id), (event.log_number, event.recorded.event_id));
        assert_eq!(copy.recorded.position, event.recorded.position);
    }
    assert!(log[5..].iter().all(|event| event.recorded.position.epoch == 1));
    for lost in &lost {
        assert!(!store.database.has(lost.recorded.position).await.unwrap(), "a lost position names another event");
    }
    assert!(matches!(relayed(&nats, &store.database).await.unwrap(), Relayed::UpTo(_)));
    relay.stop().await;
}

#[tokio::test]
async fn a_stream_that_is_the_logs_copy_has_nothing_to_recover() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    assert!(
        Recovery::prepare(&store.database, &nats, |_, _| ()).await.unwrap().unwrap().lost.is_empty(),
        "without a stream"
    );
    store.append_notes(3).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 3).await;
    relay.stop().await;
    let recovery = Recovery::prepare(&store.database, &nats, |_, _| ()).await.unwrap().unwrap();
    assert_eq!((recovery.lost.len(), recovery.shared), (0, 3));
}

/// Recreating it would delete the copy of the other installation, also if a message is missing there.
#[tokio::test]
async fn a_stream_of_another_installation_is_not_recovered() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(2).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 2).await;
    relay.stop().await;
    let other = TestStore::open().await;
    other.append_notes(1).await;
    let refused = Recovery::prepare(&other.database, &nats, |_, _| ()).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Refused);
    assert_eq!(last_sequence(&nats).await, 2);
    damage(&nats, 1).await;
    let refused = Recovery::prepare(&other.database, &nats, |_, _| ()).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Refused);
}
