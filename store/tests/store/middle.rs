//! Events that are lost from the middle of the log: an append is at work when a dump is made or a
//! standby is cut off, while later ones have committed. Here it is a dump.

use std::time::Duration;

use causerie_sandbox::testing::TestServers;
use causerie_store::follower::Checkpoint;
use causerie_store::relay::RelayError;
use causerie_store::{Feed, Follower, Nats, Recovery, Relayed, relayed};
use tokio::time::timeout;
use uuid::Uuid;

use crate::epochs::A_THOUSAND_TRANSACTIONS;
use crate::jetstream::{Running, last_sequence, stored, until_stored};
use crate::support::{TestStore, append_within, connect, ids, member, run, whole_log};

/// A stream of nine events, and a log that was restored without the sixth and the seventh.
struct Restored {
    /// With the old NATS and the new Postgres.
    store: TestStore,
    _servers: TestServers,
    nats: Nats,
    lost: [Uuid; 2],
}

impl Restored {
    async fn without_two() -> Self {
        let mut store = TestStore::open().await;
        let nats = store.nats().await;
        run(&mut store.connection().await, A_THOUSAND_TRANSACTIONS).await;
        store.append_notes(5).await;
        let mut appending = store.connection().await;
        run(&mut appending, "BEGIN").await;
        let lost = [
            append_within(&mut appending, &member("ada"), 1).await.unwrap(),
            append_within(&mut appending, &member("bob"), 1).await.unwrap(),
        ];
        store.append_notes(2).await;
        let servers = TestServers::start_from_dump(store.servers.database_url()).await.unwrap();
        run(&mut appending, "COMMIT").await;
        let relay = Running::start(&store).await;
        until_stored(&nats, 9).await;
        relay.stop().await;
        assert_eq!(ids(&whole_log(&store.database).await)[5..7], lost);
        store.database.pool().close().await;
        store.database = connect(servers.database_url()).await;
        Self { store, _servers: servers, nats, lost }
    }
}

#[tokio::test]
async fn a_relay_that_misses_an_event_of_the_middle_stops_and_says_so() {
    let Restored { store, nats, _servers, .. } = Restored::without_two().await;
    match Running::start(&store).await.ended().await {
        Err(RelayError::Diverged { log_number: 9, found, .. }) => {
            assert_eq!(found, "of its last 9 events the log has 7");
        }
        other => panic!("the relay ended with {other:?}"),
    }
    assert_eq!(last_sequence(&nats).await, 9, "something was published");
    assert!(matches!(relayed(&nats, &store.database).await.unwrap(), Relayed::Diverged { .. }));
}

#[tokio::test]
async fn an_event_lost_from_the_middle_is_listed_and_the_log_goes_on() {
    let Restored { store, nats, lost, _servers } = Restored::without_two().await;
    let recovery = Recovery::prepare(&store.database, &nats, |_, _| ()).await.unwrap().unwrap();
    assert_eq!((recovery.shared, recovery.last), (5, 9));
    let found: Vec<_> = recovery.lost.iter().map(|found| (found.log_number, event_id(found))).collect();
    assert_eq!(found, [(6, lost[0]), (7, lost[1])]);
    recovery.accept().await.unwrap();
    let relay = Running::start(&store).await;
    let log = whole_log(&store.database).await;
    until_stored(&nats, log.len() as u64).await;
    let copied: Vec<_> = stored(&nats).await.iter().map(|(_, copy)| copy.recorded.event_id.as_uuid()).collect();
    assert_eq!(copied, ids(&log));
    assert!(matches!(relayed(&nats, &store.database).await.unwrap(), Relayed::UpTo(_)));
    relay.stop().await;
}

fn event_id(lost: &causerie_store::LostEvent) -> Uuid {
    lost.event.as_ref().unwrap().event_id.as_uuid()
}

/// The stream has under the next number what the log has as its last event but one.
#[tokio::test]
async fn a_follower_takes_nothing_twice_from_the_old_stream() {
    let Restored { store, nats, _servers, .. } = Restored::without_two().await;
    assert_eq!(store.database.enter_epoch().await.unwrap(), 1);
    let mut follower = Follower::new(store.database.clone(), nats, &Feed::default(), Checkpoint::default());
    assert_eq!(follower.next_batch(10).await.unwrap().len(), 8);
    let more = timeout(Duration::from_secs(3), follower.next_batch(10)).await;
    assert!(more.is_err(), "{more:?}");
    store.append_notes_in(1, 1).await;
    let next = follower.next_batch(10).await.unwrap().swap_remove(0);
    assert_eq!((next.log_number, next.recorded.position.epoch), (9, 1));
}
