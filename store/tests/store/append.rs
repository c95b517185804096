//! The way in: whole or not at all, and only onto what the decision saw.

use causerie_events::Position;
use causerie_store::{Append, StoreErrorKind};
use futures::future::join_all;

use crate::support::{TestStore, append_within, decided, member, note, run, sqlstate};

#[tokio::test(flavor = "multi_thread")]
async fn debug_output_of_the_database_has_no_password() {
    let store = TestStore::open().await;
    let url = store.servers.database_url();
    let password = url.split_once("://").unwrap().1.split_once('@').unwrap().0.split_once(':').unwrap().1;
    let output = format!("{:?}", store.database);
    assert!(password.len() > 8 && !output.contains(password), "{output}");
}

#[tokio::test]
async fn events_come_back_as_they_were_appended() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    let events = vec![note(&ada, 1), note(&bob, 1), note(&ada, 2)];
    let append = Append { events: events.clone(), reads: vec![(ada, 0), (bob, 0)], ..Append::default() };
    store.database.append(&append).await.unwrap();

    let read = store.database.read_log(Position::START, 10).await.unwrap();
    assert_eq!(read.len(), 3);
    for (read, appended) in read.iter().zip(&events) {
        assert_eq!(read.event_id, appended.event_id);
        assert_eq!(read.stream, appended.stream);
        assert_eq!(read.sequence, appended.sequence);
        assert_eq!(read.event_type, appended.event_type);
        assert_eq!(read.event_version, appended.event_version);
        assert_eq!(read.payload, appended.payload);
        assert_eq!(read.metadata, appended.metadata);
    }
}

#[tokio::test]
async fn append_returns_the_position_of_its_last_event() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    assert_eq!(store.database.last_position(&ada).await.unwrap(), None);

    let append = Append { events: vec![note(&ada, 1), note(&ada, 2), note(&bob, 1)], ..Append::default() };
    let position = store.database.append(&append).await.unwrap();

    let read = store.log().await;
    assert_eq!(position, read[2].recorded.position);
    assert_eq!(store.database.last_position(&bob).await.unwrap(), Some(position));
    assert_eq!(store.database.last_position(&ada).await.unwrap(), Some(read[1].recorded.position));

    let next = store.database.append(&decided(&ada, 3)).await.unwrap();
    assert!(next > position, "{next:?} after {position:?}");
    assert_eq!(store.database.last_position(&ada).await.unwrap(), Some(next));
}

#[tokio::test]
async fn append_after_version_conflict_writes_nothing() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    store.database.append(&decided(&ada, 1)).await.unwrap();
    let before = store.log().await;

    // The decision saw too little, or more than there is.
    for seen in [0, 2] {
        let append = Append {
            events: vec![note(&bob, 1), note(&ada, seen + 1)],
            reads: vec![(ada.clone(), seen)],
            ..Append::default()
        };
        assert_eq!(
            store.database.append(&append).await.unwrap_err().kind,
            StoreErrorKind::VersionConflict,
            "seen: {seen}"
        );
    }
    assert_eq!(store.log().await, before);
}

#[tokio::test]
async fn existing_sequence_is_a_version_conflict_without_reads() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    store.database.append(&decided(&ada, 1)).await.unwrap();
    let before = store.log().await;

    let append = Append { events: vec![note(&bob, 1), note(&ada, 1)], ..Append::default() };
    assert_eq!(store.database.append(&append).await.unwrap_err().kind, StoreErrorKind::VersionConflict);
    assert_eq!(store.log().await, before, "the other stream of the same append was written");
}

#[tokio::test]
async fn of_appends_that_race_to_one_stream_exactly_one_wins() {
    let store = TestStore::open().await;
    let ada = member("ada");
    for version in 1..=20 {
        let appends: Vec<_> = (0..6).map(|_| decided(&ada, version)).collect();
        let outcomes = join_all(appends.iter().map(|append| store.database.append(append))).await;
        let kinds: Vec<_> = outcomes.into_iter().map(|outcome| outcome.map_err(|error| error.kind)).collect();
        assert_eq!(kinds.iter().filter(|kind| kind.is_ok()).count(), 1, "version {version}: {kinds:?}");
        assert_eq!(
            kinds.iter().filter(|kind| **kind == Err(StoreErrorKind::VersionConflict)).count(),
            5,
            "{version}: {kinds:?}"
        );
    }
    let sequences: Vec<_> = store.log().await.into_iter().map(|event| event.recorded.sequence).collect();
    assert_eq!(sequences, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_in_the_log_can_be_neither_changed_nor_removed() {
    let store = TestStore::open().await;
    store.append_notes(3).await;
    let before = store.log().await;

    for statement in [
        "UPDATE events SET payload = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
        "UPDATE events SET sequence = 9 WHERE false",
    ] {
        assert_eq!(sqlstate(sqlx::query(statement).execute(store.database.pool()).await), "CS003", "{statement}");
    }
    assert_eq!(store.log().await, before);
}

#[tokio::test]
async fn higher_isolation_levels_are_rejected() {
    let store = TestStore::open().await;
    let mut connection = store.connection().await;
    for begin in ["BEGIN ISOLATION LEVEL REPEATABLE READ", "BEGIN ISOLATION LEVEL SERIALIZABLE"] {
        run(&mut connection, begin).await;
        assert_eq!(sqlstate(append_within(&mut connection, &member("ada"), 1).await), "CS002", "append, {begin}");
        run(&mut connection, "ROLLBACK").await;

        run(&mut connection, begin).await;
        let read = sqlx::query("SELECT * FROM read_log(0, '0', 0, 1)").fetch_all(&mut connection).await;
        assert_eq!(sqlstate(read.map(|rows| rows.len())), "CS002", "read_log, {begin}");
        run(&mut connection, "ROLLBACK").await;
    }
    assert_eq!(store.log().await, []);
}
