//! Loading: a stream becomes an aggregate, by the one decode, over whichever connection still
//! lives.

use std::convert::Infallible;

use causerie_events::{Aggregate, MemberEvent, StreamId};
use causerie_store::{Append, Loaded, NewEvent, StoreError, StoreErrorKind};
use serde_json::json;

use crate::support::{TestStore, member, note};

#[tokio::test]
async fn an_aggregate_loads_as_its_stream_tells_it() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    store.append(joined(&ada, 1)).await;
    store.append(left(&ada, 2)).await;
    store.append(joined(&bob, 1)).await;

    let loaded = load(&store, &ada).await.unwrap();
    let expected = [MemberEvent::CommunityJoined, MemberEvent::CommunityLeft];
    assert_eq!((loaded.aggregate.seen.as_slice(), loaded.seen()), (expected.as_slice(), (ada, 2)));
    let missing = load(&store, &member("missing")).await.unwrap();
    assert_eq!((missing.aggregate.seen.as_slice(), missing.version), ([].as_slice(), 0));
}

#[tokio::test]
async fn an_aggregate_loads_as_it_was_at_a_place_in_the_log() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    for event in [joined(&ada, 1), joined(&bob, 1), left(&ada, 2)] {
        store.append(event).await;
    }
    let mut versions = Vec::new();
    for event in store.log().await {
        let loaded = store.database.load_until::<Seen>(ada.clone(), event.recorded.position).await.unwrap();
        assert_eq!(loaded.aggregate.seen.len() as u64, loaded.version);
        versions.push(loaded.version);
    }
    assert_eq!(versions, [1, 1, 2]);
}

#[tokio::test]
async fn an_event_of_an_unknown_version_is_refused_and_not_misread() {
    let store = TestStore::open().await;
    let ada = member("ada");
    store.append(joined(&ada, 1)).await;
    store.append(NewEvent { event_version: "2".to_owned(), ..left(&ada, 2) }).await;

    assert_eq!(load(&store, &ada).await.unwrap_err().kind, StoreErrorKind::Corrupt);
}

#[tokio::test]
async fn reads_get_through_when_all_pooled_connections_have_died() {
    let store = TestStore::open().await;
    let ada = member("ada");
    store.append(joined(&ada, 1)).await;

    for read in ["load", "moved", "last_position"] {
        store.kill_the_pool().await;
        match read {
            "load" => assert_eq!(load(&store, &ada).await.unwrap().version, 1),
            "moved" => assert_eq!(store.database.moved(&[(ada.clone(), 0)]).await.unwrap(), std::slice::from_ref(&ada)),
            _ => assert!(store.database.last_position(&ada).await.unwrap().is_some()),
        }
    }
}

impl TestStore {
    async fn append(&self, event: NewEvent) {
        let append = Append { events: vec![event], ..Append::default() };
        self.database.append(&append).await.unwrap();
    }

    /// Fills the pool with connections and ends them all, from outside, while they are idle.
    async fn kill_the_pool(&self) {
        let pool = self.database.pool();
        let mut held = Vec::new();
        for _ in 0..pool.max_connections() {
            held.push(pool.acquire().await.unwrap());
        }
        let size = held.len();
        drop(held);
        crate::support::until("all connections idle", async || pool.num_idle(), |idle| *idle == size).await;
        let kill = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                     WHERE application_name = 'causerie' AND datname = current_database()";
        let ended = sqlx::query(kill).fetch_all(&mut self.connection().await).await.unwrap();
        assert_eq!(ended.len(), size);
    }
}

async fn load(store: &TestStore, stream: &StreamId) -> Result<Loaded<Seen>, StoreError> {
    store.database.load(stream.clone()).await
}

fn joined(stream: &StreamId, sequence: u64) -> NewEvent {
    of_type("CommunityJoined", stream, sequence)
}

fn left(stream: &StreamId, sequence: u64) -> NewEvent {
    of_type("CommunityLeft", stream, sequence)
}

fn of_type(name: &str, stream: &StreamId, sequence: u64) -> NewEvent {
    NewEvent { event_type: name.to_owned(), payload: json!({ "type": name }), ..note(stream, sequence) }
}

/// The state of a member's stream.
#[derive(Debug, Default)]
struct Seen {
    seen: Vec<MemberEvent>,
}

impl Aggregate for Seen {
    type Event = MemberEvent;
    type Error = Infallible;

    fn apply(&mut self, event: MemberEvent) {
        self.seen.push(event);
    }
}
