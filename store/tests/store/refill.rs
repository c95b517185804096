//! JetStream's folder wiped: refilled from the log to the same numbers, while sends go on and
//! readers notice nothing.
//!
//! `CAUSERIE_REFILL_EVENTS=100000` is the size that is promised: within 60 seconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use causerie_store::follower::Checkpoint;
use causerie_store::{Feed, Follower};
use tokio::time::{Instant, sleep};

use crate::jetstream::{Running, assert_copy, last_sequence};
use crate::support::TestStore;

const IN_ONE_APPEND: usize = 1_000;
/// For 100,000 events; a machine that does other things too gets some seconds for few.
const PER_EVENT: Duration = Duration::from_micros(600);
const AT_LEAST: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread")]
async fn wiped_stream_is_refilled_unnoticed_by_readers_during_sends() {
    let events: usize = std::env::var("CAUSERIE_REFILL_EVENTS").map_or(3_000, |events| events.parse().unwrap());
    let mut store = TestStore::open().await;
    for _ in 0..events / IN_ONE_APPEND {
        store.append_notes(IN_ONE_APPEND).await;
    }
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    let filled = until_stored_within(&nats, events, AT_LEAST + PER_EVENT * u32::try_from(events).unwrap()).await;
    let mut reader = Follower::new(store.database.clone(), store.nats().await, &Feed::default(), Checkpoint::default());
    let sending = Arc::new(AtomicBool::new(true));
    // A reader ends with the last event, whose number it receives before it is written, and has
    // then got each number once, in order.
    let last = Arc::new(AtomicUsize::new(usize::MAX));
    let end = Arc::clone(&last);
    let reading = tokio::spawn(async move {
        let mut read = Vec::new();
        loop {
            for event in reader.next_batch(500).await.unwrap() {
                assert_eq!(event.log_number, read.len() as u64 + 1, "a gap, or a number twice");
                read.push(event.recorded.event_id);
            }
            if read.len() >= end.load(Relaxed) {
                return read;
            }
        }
    });
    let writer = TestStore { servers: store.servers, database: store.database };
    let (stop, database) = (Arc::clone(&sending), writer.database.clone());
    let sends = tokio::spawn(async move {
        let mut sent = 0;
        while stop.load(Relaxed) {
            let mut append = causerie_store::Append::default();
            append.events.push(crate::support::note(&crate::support::member(&uuid::Uuid::new_v4().to_string()), 1));
            database.append(&append).await.unwrap();
            sent += 1;
            sleep(Duration::from_millis(5)).await;
        }
        sent
    });
    store = writer;

    let data = store.servers.nats.data_dir().join("data");
    store.servers.nats.kill();
    std::fs::remove_dir_all(&data).unwrap();
    let before = length(&store.database).await;
    store.servers.nats.start().await.unwrap();
    let limit = AT_LEAST + PER_EVENT * u32::try_from(events).unwrap();
    let refilled = until_stored_within(&nats, before, limit).await;

    sleep(Duration::from_millis(300)).await;
    sending.store(false, Relaxed);
    let sent = sends.await.unwrap();
    last.store(length(&store.database).await + 1, Relaxed);
    store.append_notes(1).await;
    let read = reading.await.unwrap();
    assert!(sent > 0, "no sends meanwhile");
    let log: Vec<_> = store.log().await.into_iter().map(|event| event.recorded.event_id).collect();
    assert_eq!(read, log, "the reader has read something else than the log");
    assert_copy(&store, &nats).await;
    eprintln!("{before} events filled within {filled:?}, refilled within {refilled:?}, {sent} sends meanwhile");
    relay.stop().await;
}

async fn until_stored_within(nats: &causerie_store::Nats, count: usize, limit: Duration) -> Duration {
    let start = Instant::now();
    loop {
        let last = last_sequence(nats).await;
        if last >= count as u64 {
            return start.elapsed();
        }
        assert!(start.elapsed() < limit, "only {last} of {count} events after {limit:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn length(database: &causerie_store::Database) -> usize {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(database.pool()).await.unwrap();
    usize::try_from(count).unwrap()
}
