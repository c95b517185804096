//! Readers in the process of the relay: told by it, without JetStream; and by JetStream as soon as it leads no more.

use causerie_store::follower::Checkpoint;
use causerie_store::{Feed, Follower};

use crate::follower::{consumers, follow};
use crate::jetstream::{Running, until_stored};
use crate::support::{Room, until};

#[tokio::test]
async fn where_the_relay_works_here_it_tells_its_readers_and_there_is_no_consumer() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let feed = Feed::default();
    room.append_notes(10).await;
    let relay = Running::telling(&room, feed.clone()).await;
    until_stored(&nats, 10).await;

    let mut reader = Follower::new(room.database.clone(), nats.clone(), &feed, Checkpoint::default());
    assert_eq!(follow(&mut reader, 10, 500).await, room.log().await);
    for _ in 0..5 {
        room.append_notes(3).await;
        relay.wake();
        follow(&mut reader, 3, 500).await;
    }
    let log = room.log().await;
    let mut late = Follower::new(room.database.clone(), nats.clone(), &feed, Checkpoint::after(&log[11]));
    assert_eq!(follow(&mut late, 13, 2).await, log[12..]);
    assert_eq!(consumers(&nats).await, 0, "somebody reads from JetStream");
    relay.stop().await;
    room.close().await;
}

#[tokio::test]
async fn a_relay_that_leads_no_more_leaves_its_readers_to_jetstream() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let feed = Feed::default();
    let here = Running::telling(&room, feed.clone()).await;
    let mut reader = Follower::new(room.database.clone(), nats.clone(), &feed, Checkpoint::default());
    room.append_notes(10).await;
    follow(&mut reader, 10, 500).await;

    here.stop().await;
    let elsewhere = Running::start(&room).await;
    room.append_notes(10).await;
    assert_eq!(follow(&mut reader, 10, 500).await, room.log().await[10..]);
    let reading = tokio::spawn(async move { follow(&mut reader, 10, 500).await });
    until("a consumer", async || consumers(&nats).await, |count| *count == 1).await;
    room.append_notes(10).await;
    assert_eq!(reading.await.unwrap(), room.log().await[20..]);
    elsewhere.stop().await;
    room.close().await;
}

#[tokio::test]
async fn a_reader_that_was_busy_for_long_gets_all_of_it() {
    let room = Room::open().await;
    let nats = room.nats().await;
    let feed = Feed::default();
    let relay = Running::telling(&room, feed.clone()).await;
    let mut reader = Follower::new(room.database.clone(), nats.clone(), &feed, Checkpoint::default());
    room.append_notes(1).await;
    follow(&mut reader, 1, 500).await;
    // More batches than the feed remembers.
    for stored in 2..=40 {
        room.append_notes(1).await;
        relay.wake();
        until_stored(&nats, stored).await;
    }
    assert_eq!(follow(&mut reader, 39, 500).await, room.log().await[1..]);
    relay.stop().await;
    room.close().await;
}
