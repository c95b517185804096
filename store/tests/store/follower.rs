//! Following the log by way of JetStream: every event after a checkpoint, once, in order, whatever
//! JetStream lost.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, Stream};
use causerie_events::{LogEvent, subject};
use causerie_store::follower::Checkpoint;
use causerie_store::relay::STREAM_NAME;
use causerie_store::{Feed, Follower, Nats, StoreErrorKind};
use tokio::time::{Instant, sleep, timeout};

use crate::jetstream::{Running, last_sequence, publish, until_stored};
use crate::support::{LIMIT, TestStore, connect, run, until, whole_log};

#[tokio::test]
async fn follower_gets_events_after_its_checkpoint_and_new_ones() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(50).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 50).await;
    let log = store.log().await;

    let mut from_start = Follower::new(store.database.clone(), nats.clone(), &Feed::default(), Checkpoint::default());
    assert_eq!(follow(&mut from_start, 50, 500).await, log);
    let mut from_20 =
        Follower::new(store.database.clone(), nats.clone(), &Feed::default(), Checkpoint::after(&log[19]));
    assert_eq!(follow(&mut from_20, 30, 500).await, log[20..]);

    store.append_notes(5).await;
    let log = store.log().await;
    assert_eq!(follow(&mut from_start, 5, 500).await, log[50..]);
    assert_eq!(follow(&mut from_20, 5, 500).await, log[50..]);
    relay.stop().await;
}

#[tokio::test]
async fn no_batch_is_larger_than_its_limit() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(100).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 100).await;

    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    assert_eq!(follow(&mut follower, 100, 7).await, store.log().await);
    relay.stop().await;
}

#[tokio::test]
async fn what_jetstream_lost_in_the_middle_comes_from_postgres() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    stream_without(&store, &nats, 20, &[1, 2, 7, 8, 9, 15]).await;

    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    assert_eq!(follow(&mut follower, 20, 500).await, store.log().await);
}

#[tokio::test]
async fn what_comes_from_postgres_respects_the_limit_too() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let lost: Vec<u64> = (3..=18).collect();
    stream_without(&store, &nats, 20, &lost).await;

    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    assert_eq!(follow(&mut follower, 20, 5).await, store.log().await);
}

#[tokio::test]
async fn events_of_jetstream_that_the_log_lacks_are_not_returned() {
    let other = TestStore::open().await;
    let store = TestStore::open().await;
    let nats = store.nats().await;
    // As after Postgres was restored to an older copy, and has gone on from there.
    stream_without(&other, &nats, 20, &[]).await;
    store.append_notes(5).await;
    let log = store.log().await;
    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::after(&log[1]));
    assert_eq!(follow(&mut follower, 3, 500).await, log[2..]);
    store.append_notes(5).await;
    assert_eq!(follow(&mut follower, 5, 500).await, store.log().await[5..]);
}

#[tokio::test]
async fn an_event_that_jetstream_holds_twice_comes_once() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(4).await;
    let log = store.log().await;
    plain_stream(&nats).await;
    for index in [0, 1, 1, 0, 2, 2, 3] {
        publish(&nats, &log[index]).await;
    }

    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    assert_eq!(follow(&mut follower, 4, 500).await, log);
}

#[tokio::test]
async fn follower_continues_while_its_stream_is_recreated() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(40).await;
    let relay = Running::start(&store).await;
    let mut follower = Follower::new(store.database.clone(), nats.clone(), &Feed::default(), Checkpoint::default());
    let mut got = follow(&mut follower, 40, 500).await;
    until_stored(&nats, 40).await;

    nats.jetstream.delete_stream(STREAM_NAME).await.unwrap();
    store.append_notes(10).await;
    got.extend(follow(&mut follower, 10, 500).await);
    assert_eq!(got, store.log().await);
    relay.stop().await;
}

/// The relay has yet to refill the stream up to where this reader is.
#[tokio::test]
async fn a_follower_ahead_of_the_stream_sees_nothing_twice() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(30).await;
    let log = store.log().await;
    plain_stream(&nats).await;
    for event in &log[..10] {
        publish(&nats, event).await;
    }

    let mut follower =
        Follower::new(store.database.clone(), nats.clone(), &Feed::default(), Checkpoint::after(&log[19]));
    let mut got = follow(&mut follower, 10, 500).await;
    until("the follower's consumer", async || consumers_while(&nats, &mut follower).await, |seen| *seen == 1).await;
    for event in &log[10..] {
        publish(&nats, event).await;
    }
    store.append_notes(1).await;
    let log = store.log().await;
    publish(&nats, &log[30]).await;
    got.extend(follow(&mut follower, 1, 500).await);
    assert_eq!(got, log[20..]);
}

#[tokio::test]
async fn follower_continues_after_a_killed_nats_without_gap() {
    let mut store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(40).await;
    let relay = Running::start(&store).await;
    let mut follower =
        Follower::new(store.database.clone(), store.nats().await, &Feed::default(), Checkpoint::default());
    let mut got = follow(&mut follower, 40, 500).await;

    store.servers.nats.kill();
    store.append_notes(20).await;
    store.servers.nats.start().await.unwrap();
    until_stored(&nats, 60).await;
    store.append_notes(20).await;

    got.extend(follow(&mut follower, 40, 500).await);
    assert_eq!(got, store.log().await);
    relay.stop().await;
}

#[tokio::test]
async fn follower_without_nats_reads_postgres_and_returns_to_nats() {
    let mut store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(5).await;
    let relay = Running::start(&store).await;
    let mut follower =
        Follower::new(store.database.clone(), store.nats().await, &Feed::default(), Checkpoint::default());
    let mut got = follow(&mut follower, 5, 500).await;
    for outage in ["none", "frozen", "dead"] {
        match outage {
            "frozen" => store.servers.nats.pause().unwrap(),
            "dead" => store.servers.nats.kill(),
            _ => {}
        }
        for _ in 0..8 {
            store.append_notes(3).await;
            got.extend(follow(&mut follower, 3, 500).await);
        }
    }
    store.servers.nats.start().await.unwrap();
    until_stored(&nats, 77).await;
    until("a consumer on the new server", async || consumers_while(&nats, &mut follower).await, |seen| *seen == 1)
        .await;
    assert_eq!(got, store.log().await);
    relay.stop().await;
}

#[tokio::test]
async fn what_the_relay_does_not_bring_a_follower_gets_from_postgres() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    plain_stream(&nats).await;
    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    let mut got = Vec::new();
    for _ in 0..5 {
        store.append_notes(2).await;
        got.extend(follow(&mut follower, 2, 500).await);
    }
    assert_eq!(got, store.log().await);
}

/// The connections of this follower read an empty log, so its events can come from JetStream only.
#[tokio::test]
async fn relayed_events_arrive_without_a_query_to_postgres() {
    const EMPTY_LOG: &str = "CREATE SCHEMA empty_log;
        CREATE FUNCTION empty_log.read_log(int, text, bigint, int) RETURNS TABLE (
          epoch int, xid text, pos bigint, event_id uuid, aggregate_type text, aggregate_id text, sequence bigint,
          event_type text, event_version text, payload jsonb, metadata jsonb, recorded_at_us bigint)
        LANGUAGE sql AS $$ SELECT * FROM public.read_log($1, $2, $3, $4) WHERE false $$";
    let store = TestStore::open().await;
    let nats = store.nats().await;
    run(&mut store.connection().await, EMPTY_LOG).await;
    let url = format!("{}?options=-c%20search_path%3Dempty_log%2Cpublic", store.servers.database_url());
    let without_log = connect(&url).await;
    store.append_notes(1).await;
    assert_eq!(whole_log(&without_log).await, []);
    let relay = Running::start(&store).await;
    let mut follower = Follower::new(without_log.clone(), nats, &Feed::default(), Checkpoint::default());
    let mut got = follow(&mut follower, 1, 500).await;
    for _ in 0..5 {
        store.append_notes(1).await;
        relay.wake();
        got.extend(follow(&mut follower, 1, 500).await);
    }
    assert_eq!(got, store.log().await);
    without_log.pool().close().await;
    relay.stop().await;
}

#[tokio::test]
async fn follower_far_behind_gets_full_batches() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    store.append_notes(1).await;
    let mut follower = Follower::new(store.database.clone(), nats.clone(), &Feed::default(), Checkpoint::default());
    let mut got = follow(&mut follower, 1, 500).await;
    store.append_notes(12_000).await;
    until_stored(&nats, 12_001).await;
    let mut sizes = Vec::new();
    while got.len() < 12_001 {
        let batch = timeout(LIMIT, follower.next_batch(4_000)).await.unwrap().unwrap();
        sizes.push(batch.len());
        got.extend(batch);
    }
    assert_eq!(got, store.log().await);
    assert!(sizes.iter().filter(|size| **size == 4_000).count() >= 2, "{sizes:?}");
    relay.stop().await;
}

#[tokio::test]
async fn a_follower_that_is_cut_off_while_it_waits_loses_nothing() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    store.append_notes(1).await;
    until_stored(&nats, 1).await;
    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    let mut got = follow(&mut follower, 1, 500).await;

    // Dropped repeatedly, as by a runner that is stopped and started again.
    for _ in 0..20 {
        store.append_notes(3).await;
        if let Ok(batch) = timeout(Duration::from_millis(3), follower.next_batch(500)).await {
            got.extend(batch.unwrap());
        }
    }
    let rest = 61 - got.len();
    got.extend(follow(&mut follower, rest, 500).await);
    assert_eq!(got, store.log().await);
    relay.stop().await;
}

/// How many consumers the stream has, while a follower that has everything waits for more.
async fn consumers_while(nats: &Nats, follower: &mut Follower) -> usize {
    let waited = timeout(Duration::from_millis(50), follower.next_batch(500)).await;
    assert!(waited.is_err(), "more than there is: {waited:?}");
    consumers(nats).await
}

pub(crate) async fn consumers(nats: &Nats) -> usize {
    match nats.jetstream.get_stream(STREAM_NAME).await {
        Ok(stream) => stream.cached_info().state.consumer_count,
        Err(_) => 0,
    }
}

/// Takes batches until this many events have come. An interruption is tried again, as its readers
/// do.
pub(crate) async fn follow(follower: &mut Follower, count: usize, limit: usize) -> Vec<LogEvent> {
    let deadline = Instant::now() + LIMIT;
    let mut got = Vec::new();
    let mut interruption = None;
    while got.len() < count {
        match tokio::time::timeout_at(deadline, follower.next_batch(limit)).await {
            Ok(Ok(batch)) => {
                assert!((1..=limit).contains(&batch.len()), "a batch of {} under a limit of {limit}", batch.len());
                got.extend(batch);
            }
            Ok(Err(error)) => {
                assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error:?}");
                interruption = Some(error);
                sleep(Duration::from_millis(20)).await;
            }
            Err(late) => panic!(
                "{} of {count} events: {late}; last: {:?}; last interruption: {interruption:?}",
                got.len(),
                got.last()
            ),
        }
    }
    got
}

/// The log as long as this and a stream that lost these numbers of it, with no relay to mend it.
async fn stream_without(store: &TestStore, nats: &Nats, length: usize, lost: &[u64]) {
    store.append_notes(length).await;
    let stream = plain_stream(nats).await;
    for event in store.log().await {
        publish(nats, &event).await;
    }
    assert_eq!(last_sequence(nats).await, length as u64);
    for number in lost {
        stream.delete_message(*number).await.unwrap();
    }
}

/// As the relay's, but one may delete from it and publish to it at will.
async fn plain_stream(nats: &Nats) -> Stream {
    let stream =
        Config { name: STREAM_NAME.to_owned(), subjects: vec![subject::ALL_SUBJECTS.to_owned()], ..Config::default() };
    nats.jetstream.create_stream(stream).await.unwrap()
}
