//! The relay while its servers die.

use std::time::Duration;

use causerie_sandbox::testing::TestServers;
use causerie_store::{Database, DatabaseOptions};

use crate::jetstream::{Running, assert_copy, copy, stored, until_stored};
use crate::support::Room;

#[tokio::test]
async fn a_nats_server_that_is_killed_and_comes_back_costs_no_event_and_doubles_none() {
    let mut room = Room::open().await;
    let nats = room.nats().await;
    let relay = Running::start(&room).await;
    room.append_notes(50).await;
    until_stored(&nats, 50).await;

    room.servers.nats.kill();
    for _ in 0..10 {
        room.append_notes(30).await;
        relay.wake();
    }
    room.servers.nats.start().await.unwrap();

    assert_copy(&room, &nats).await;
    assert_eq!(stored(&nats).await.len(), 350);
    relay.stop().await;
    room.close().await;
}

#[tokio::test]
async fn a_nats_server_that_is_killed_in_the_middle_of_a_batch_costs_no_event_and_doubles_none() {
    let mut room = Room::open().await;
    let nats = room.nats().await;
    room.append_notes(3_000).await;
    let relay = Running::start(&room).await;
    until_stored(&nats, 1).await;

    room.servers.nats.kill();
    room.servers.nats.start().await.unwrap();

    assert_copy(&room, &nats).await;
    relay.stop().await;
    room.close().await;
}

/// JetStream acknowledges before it syncs: after a crash of the machine it may have lost what it acknowledged.
#[tokio::test]
async fn a_stream_that_lost_its_tail_is_refilled_to_the_same_numbers_though_nothing_new_happens() {
    let mut room = Room::open().await;
    let relay = Running::start(&room).await;
    let nats = room.nats().await;
    room.append_notes(40).await;
    until_stored(&nats, 40).await;
    let data = room.servers.nats.data_dir().join("data");
    let backup = room.servers.nats.data_dir().join("backup");

    room.servers.nats.stop().await;
    copy(&data, &backup);
    room.servers.nats.start().await.unwrap();
    room.append_notes(25).await;
    until_stored(&nats, 65).await;
    let before = stored(&nats).await;
    room.servers.nats.kill();
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&backup, &data).unwrap();
    room.servers.nats.start().await.unwrap();

    assert_copy(&room, &nats).await;
    assert_eq!(stored(&nats).await, before);
    relay.stop().await;
    room.close().await;
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
    let mut room = Room { servers, database };
    let nats = room.nats().await;
    let relay = Running::start(&room).await;
    room.append_notes(20).await;
    until_stored(&nats, 20).await;

    let mut postgres = postgres;
    postgres.kill();
    postgres.start().await.unwrap();
    // A pool keeps dead connections for a while; this test is about the relay's own.
    room.database = Database::connect(&options).await.unwrap();
    room.append_notes(20).await;

    assert_copy(&room, &nats).await;
    relay.stop().await;
    room.database.pool().close().await;
    postgres.stop().await;
    room.close().await;
}
