//! Readers in the process of the relay: fed by it, without JetStream; and from JetStream when it no
//! longer leads.

use causerie_store::follower::Checkpoint;
use causerie_store::{Feed, Follower};

use crate::follower::{consumers, follow};
use crate::jetstream::{Running, until_stored};
use crate::support::{TestStore, until};

#[tokio::test]
async fn local_relay_feeds_readers_without_a_consumer() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let feed = Feed::default();
    store.append_notes(10).await;
    let relay = Running::feeding(&store, feed.clone()).await;
    until_stored(&nats, 10).await;

    let mut reader = Follower::new(store.database.clone(), nats.clone(), &feed, Checkpoint::default());
    assert_eq!(follow(&mut reader, 10, 500).await, store.log().await);
    for _ in 0..5 {
        store.append_notes(3).await;
        relay.wake();
        follow(&mut reader, 3, 500).await;
    }
    let log = store.log().await;
    let mut late = Follower::new(store.database.clone(), nats.clone(), &feed, Checkpoint::after(&log[11]));
    assert_eq!(follow(&mut late, 13, 2).await, log[12..]);
    assert_eq!(consumers(&nats).await, 0, "a reader has a consumer");
    relay.stop().await;
}

#[tokio::test]
async fn a_relay_that_leads_no_more_leaves_its_readers_to_jetstream() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let feed = Feed::default();
    let here = Running::feeding(&store, feed.clone()).await;
    let mut reader = Follower::new(store.database.clone(), nats.clone(), &feed, Checkpoint::default());
    store.append_notes(10).await;
    follow(&mut reader, 10, 500).await;

    here.stop().await;
    let elsewhere = Running::start(&store).await;
    store.append_notes(10).await;
    assert_eq!(follow(&mut reader, 10, 500).await, store.log().await[10..]);
    let reading = tokio::spawn(async move { follow(&mut reader, 10, 500).await });
    until("a consumer", async || consumers(&nats).await, |count| *count == 1).await;
    store.append_notes(10).await;
    assert_eq!(reading.await.unwrap(), store.log().await[20..]);
    elsewhere.stop().await;
}

#[tokio::test]
async fn a_reader_that_was_busy_for_long_gets_all_of_it() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let feed = Feed::default();
    let relay = Running::feeding(&store, feed.clone()).await;
    let mut reader = Follower::new(store.database.clone(), nats.clone(), &feed, Checkpoint::default());
    store.append_notes(1).await;
    follow(&mut reader, 1, 500).await;
    // More batches than the feed remembers.
    for stored in 2..=40 {
        store.append_notes(1).await;
        relay.wake();
        until_stored(&nats, stored).await;
    }
    assert_eq!(follow(&mut reader, 39, 500).await, store.log().await[1..]);
    relay.stop().await;
}
