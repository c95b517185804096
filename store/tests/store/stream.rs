//! The stream as an operator has set it, and one that has lost messages.

use async_nats::jetstream::stream::{Compression, Config};
use causerie_events::subject;
use causerie_store::follower::Checkpoint;
use causerie_store::relay::STREAM_NAME;
use causerie_store::{Feed, Follower, Nats, Relay, StoreErrorKind, Wake};

use crate::jetstream::{Running, assert_copy, last_sequence, until_stored};
use crate::support::{TestStore, until};

#[tokio::test]
async fn edited_stream_keeps_its_settings_when_a_relay_leads() {
    let store = TestStore::open().await;
    store.append_notes(3).await;
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 3).await;
    relay.stop().await;
    let mut wanted = config(&nats).await;
    wanted.description = Some("edited by hand".to_owned());
    wanted.compression = Some(Compression::S2);
    wanted.duplicate_window = std::time::Duration::from_mins(1);
    wanted.max_consumers = 50;
    wanted.allow_direct = false;
    wanted.metadata.insert("owner".to_owned(), "us".to_owned());
    let edited = nats.jetstream.update_stream(&wanted).await.unwrap().config;

    let relay = Running::start(&store).await;
    store.append_notes(2).await;
    until_stored(&nats, 5).await;
    assert_eq!(config(&nats).await, edited);
    relay.stop().await;
}

#[tokio::test]
async fn stream_with_a_limit_is_refused_and_left_as_it_is() {
    let store = TestStore::open().await;
    let nats = store.nats().await;
    let limited = Config {
        name: STREAM_NAME.to_owned(),
        subjects: vec![subject::ALL_SUBJECTS.to_owned()],
        max_messages: 10,
        ..Config::default()
    };
    nats.jetstream.create_stream(limited).await.unwrap();
    let before = config(&nats).await;
    let relay = Relay::new(store.database.clone(), store.nats().await, Wake::default(), Feed::default());
    let error = relay.prepare().await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Refused);
    assert_eq!(config(&nats).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_with_a_hole_is_refilled_to_the_same_numbers() {
    let store = TestStore::open().await;
    store.append_notes(10).await;
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 10).await;
    relay.stop().await;
    let feed = Feed::default();
    let mut reader = Follower::new(store.database.clone(), store.nats().await, &feed, Checkpoint::default());
    let mut numbers: Vec<u64> = reader.next_batch(2).await.unwrap().iter().map(|event| event.log_number).collect();
    damage(&nats, 5).await;
    assert_eq!((last_sequence(&nats).await, messages(&nats).await), (10, 9));

    let relay = Running::start(&store).await;
    until("the hole is filled", async || messages(&nats).await, |count| *count == 10).await;
    store.append_notes(2).await;
    assert_copy(&store, &nats).await;
    assert!(config(&nats).await.deny_delete);
    while numbers.len() < 12 {
        numbers.extend(reader.next_batch(2).await.unwrap().iter().map(|event| event.log_number));
    }
    assert_eq!(numbers, (1..=12).collect::<Vec<u64>>(), "a gap, or a number twice");
    relay.stop().await;
}

async fn config(nats: &Nats) -> Config {
    nats.jetstream.get_stream(STREAM_NAME).await.unwrap().cached_info().config.clone()
}

/// How many the stream holds; 0 where there is none.
async fn messages(nats: &Nats) -> u64 {
    nats.jetstream.get_stream(STREAM_NAME).await.map_or(0, |stream| stream.cached_info().state.messages)
}

/// Replaces the stream by one that allows deleting, with the same messages but one: what a damaged
/// server does by itself.
pub(crate) async fn damage(nats: &Nats, lost: u64) {
    let stream = nats.jetstream.get_stream(STREAM_NAME).await.unwrap();
    let info = stream.cached_info().clone();
    let mut held = Vec::new();
    for number in 1..=info.state.last_sequence {
        held.push(stream.get_raw_message(number).await.unwrap());
    }
    nats.jetstream.delete_stream(STREAM_NAME).await.unwrap();
    let open = Config { deny_delete: false, deny_purge: false, ..info.config };
    let stream = nats.jetstream.create_stream(open).await.unwrap();
    for message in held {
        let sent = nats.jetstream.publish_with_headers(message.subject, message.headers, message.payload).await;
        assert_eq!(sent.unwrap().await.unwrap().sequence, message.sequence);
    }
    stream.delete_message(lost).await.unwrap();
}
