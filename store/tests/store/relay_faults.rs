//! The relay while its servers die.

use std::time::Duration;

use causerie_sandbox::testing::TestServers;
use causerie_store::{Database, DatabaseOptions};

use crate::jetstream::{Running, assert_copy, copy, stored, until_stored};
use crate::support::TestStore;

#[tokio::test]
async fn restarted_nats_loses_and_repeats_no_event() {
    let mut store = TestStore::open().await;
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    store.append_notes(50).await;
    until_stored(&nats, 50).await;

    store.servers.nats.kill();
    for _ in 0..10 {
        store.append_notes(30).await;
        relay.wake();
    }
    store.servers.nats.start().await.unwrap();

    assert_copy(&store, &nats).await;
    assert_eq!(stored(&nats).await.len(), 350);
    relay.stop().await;
}

#[tokio::test]
async fn nats_killed_within_a_batch_loses_and_repeats_no_event() {
    let mut store = TestStore::open().await;
    let nats = store.nats().await;
    store.append_notes(3_000).await;
    let relay = Running::start(&store).await;
    until_stored(&nats, 1).await;

    store.servers.nats.kill();
    store.servers.nats.start().await.unwrap();

    assert_copy(&store, &nats).await;
    relay.stop().await;
}

/// JetStream acknowledges before it syncs: after a crash of the machine it may have lost what it
/// acknowledged.
#[tokio::test]
async fn stream_without_its_tail_is_refilled_without_new_events() {
    let mut store = TestStore::open().await;
    let relay = Running::start(&store).await;
    let nats = store.nats().await;
    store.append_notes(40).await;
    until_stored(&nats, 40).await;
    let data = store.servers.nats.data_dir().join("data");
    let backup = store.servers.nats.data_dir().join("backup");

    store.servers.nats.stop().await;
    copy(&data, &backup);
    store.servers.nats.start().await.unwrap();
    store.append_notes(25).await;
    until_stored(&nats, 65).await;
    let before = stored(&nats).await;
    store.servers.nats.kill();
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&backup, &data).unwrap();
    store.servers.nats.start().await.unwrap();

    assert_copy(&store, &nats).await;
    assert_eq!(stored(&nats).await, before);
    relay.stop().await;
}

#[tokio::test]
async fn a_relay_whose_postgres_was_killed_goes_on_when_it_is_back() {
    let mut servers = TestServers::start_private().await.unwrap();
    let options = DatabaseOptions {
        url: servers.database_url().to_owned(),
        max_connections: 4,
        statement_timeout: Duration::from_secs(10),
    };
    let database = Database::connect(&options).await.unwrap();
    database.migrate().await.unwrap();
    database.enter_epoch().await.unwrap();
    let postgres = servers.postgres.take().unwrap();
    let mut store = TestStore { servers, database };
    let nats = store.nats().await;
    let relay = Running::start(&store).await;
    store.append_notes(20).await;
    until_stored(&nats, 20).await;

    let mut postgres = postgres;
    postgres.kill();
    postgres.start().await.unwrap();
    // A pool keeps dead connections for a while; this test is about the relay's own.
    store.database = Database::connect(&options).await.unwrap();
    store.append_notes(20).await;

    assert_copy(&store, &nats).await;
    relay.stop().await;
    store.database.pool().close().await;
    postgres.stop().await;
}
