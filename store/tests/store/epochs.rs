//! The order of the log in another cluster, and what is appended or read in an epoch that has
//! ended.

use causerie_events::{Event, EventId, Position, RecordedEvent, SystemEvent};
use causerie_sandbox::Standby;
use causerie_sandbox::testing::TestServers;
use causerie_store::follower::Checkpoint;
use causerie_store::{
    Append, Database, Feed, FirstEvent, Follower, GroupCommit, GroupCommitError, StoreErrorKind, Wake,
};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::support::{TestStore, append_within, connect, decided, ids, member, note, run, whole_log};

/// A Postgres whose transaction ids are far lower than those of the shared one, with the log of a
/// store restored into it.
async fn restored(store: &TestStore) -> (TestServers, Database) {
    let servers = TestServers::start_from_dump(store.servers.database_url()).await.unwrap();
    let database = connect(servers.database_url()).await;
    (servers, database)
}

/// The newest epoch was appended on another cluster, as the rows of a dump are.
const ANOTHER_CLUSTER: &str = "UPDATE log_epochs SET system_identifier = 1";

/// As after a move to another cluster, to which no session comes along.
async fn move_to_another_cluster(store: &TestStore) {
    let mut connection = store.connection().await;
    run(&mut connection, ANOTHER_CLUSTER).await;
    run(&mut connection, END_THE_OTHERS).await;
    // The pool learns it from the first call.
    let _ = store.database.accepts_writes().await;
}

const END_THE_OTHERS: &str = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

fn epochs(log: &[RecordedEvent]) -> Vec<u16> {
    log.iter().map(|recorded| recorded.position.epoch).collect()
}

/// So that the ids of this cluster are beyond those of a new one.
pub(crate) const A_THOUSAND_TRANSACTIONS: &str =
    "DO $$ BEGIN FOR i IN 1..1000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";

#[tokio::test]
async fn a_dump_in_a_younger_cluster_reads_the_same_and_goes_on() {
    let store = TestStore::open().await;
    run(&mut store.connection().await, A_THOUSAND_TRANSACTIONS).await;
    store.append_notes(20).await;
    store.append_notes(3).await;
    let before = whole_log(&store.database).await;
    for same_identifier in [false, true] {
        let (servers, database) = restored(&store).await;
        let next: i64 = sqlx::query_scalar("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
            .fetch_one(database.pool())
            .await
            .unwrap();
        let stored = before.last().unwrap().position.transaction_id;
        assert!(u64::try_from(next).unwrap() < stored, "the new cluster is not younger: {next} and {stored}");

        // The sandbox copies its clusters as files, so these two have one identifier; clusters of
        // initdb have not.
        if !same_identifier {
            sqlx::query(ANOTHER_CLUSTER).execute(database.pool()).await.unwrap();
            assert_eq!(whole_log(&database).await, before, "before any process has entered the epoch");
        }
        assert_eq!(database.enter_epoch().await.unwrap(), 1);
        let ada = member("ada");
        let position = database.append(&Append { epoch: 1, ..decided(&ada, 1) }).await.unwrap();
        let after = whole_log(&database).await;
        assert_eq!(&after[..23], &before[..]);
        assert_eq!(epochs(&after[23..]), [1, 1]);
        assert_eq!((after[24].position, &after[24].stream), (position, &ada));
        assert!(position > before.last().unwrap().position);
        assert_eq!(database.read_log(before[22].position, 10).await.unwrap(), &after[23..]);

        // Another start finds the epoch begun, also when the transaction ids have caught up.
        assert_eq!(connect(servers.database_url()).await.enter_epoch().await.unwrap(), 1);
        run(&mut PgConnection::connect(servers.database_url()).await.unwrap(), A_THOUSAND_TRANSACTIONS).await;
        assert_eq!(connect(servers.database_url()).await.enter_epoch().await.unwrap(), 1);
        assert_eq!(whole_log(&database).await, after);
        database.pool().close().await;
        servers.stop().await;
    }
}

#[tokio::test]
async fn epoch_begins_with_an_event_that_names_the_previous_one() {
    let store = TestStore::open().await;
    store.append_notes(2).await;
    let last: EventId = whole_log(&store.database).await[1].event_id;
    move_to_another_cluster(&store).await;
    assert_eq!(store.database.enter_epoch().await.unwrap(), 1);
    run(&mut store.connection().await, "UPDATE log_epochs SET timeline = 0 WHERE epoch = 1").await;
    assert_eq!(store.database.enter_epoch().await.unwrap(), 2);
    assert_eq!(store.database.accept_log().await.unwrap(), 3);

    let log = whole_log(&store.database).await;
    assert_eq!(epochs(&log), [0, 0, 1, 2, 3]);
    let began = |recorded: &RecordedEvent| match Event::decode(recorded).unwrap() {
        Event::System(SystemEvent::LogEpochBegan(began)) => began,
        other => panic!("{other:?}"),
    };
    let reasons: Vec<_> =
        log[2..].iter().map(|recorded| serde_json::to_value(began(recorded).reason).unwrap()).collect();
    assert_eq!(reasons, ["cluster", "timeline", "accepted"]);
    assert_eq!(began(&log[2]).last_event_id, Some(last));
    assert_eq!(began(&log[3]).last_event_id, Some(log[2].event_id));
    assert_eq!(log[2..].iter().map(|recorded| recorded.sequence).collect::<Vec<_>>(), [1, 2, 3]);
}

#[tokio::test]
async fn a_decision_of_an_ended_epoch_is_not_appended() {
    let store = TestStore::open().await;
    let (ada, bob) = (member("ada"), member("bob"));
    store.database.append(&decided(&ada, 1)).await.unwrap();
    move_to_another_cluster(&store).await;

    // Before any process has begun the new epoch, and after.
    for _ in 0..2 {
        let refused = store.database.append(&decided(&bob, 1)).await.unwrap_err();
        assert_eq!(refused.kind, StoreErrorKind::EpochEnded, "{refused:?}");
        assert_eq!(connect(store.servers.database_url()).await.enter_epoch().await.unwrap(), 1);
    }
    // The same version may be another event by now.
    let moved = store.database.moved(&[(ada.clone(), 1)]).await.unwrap_err();
    assert_eq!(moved.kind, StoreErrorKind::EpochEnded);
    assert_eq!(store.database.enter_epoch().await.unwrap(), 1);
    assert_eq!(store.database.moved(&[(ada, 1)]).await.unwrap(), []);
    assert_eq!(whole_log(&store.database).await.len(), 2);
}

#[tokio::test]
async fn group_commit_separates_the_epochs_of_one_batch() {
    let store = TestStore::open().await;
    move_to_another_cluster(&store).await;
    assert_eq!(store.database.enter_epoch().await.unwrap(), 1);
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let group_commit = GroupCommit::start(&store.database, &Wake::default(), &stop, &tasks);
    let send = |epoch, name| group_commit.append(FirstEvent { epoch, event: note(&member(name), 1), reads: vec![] });
    let (old, new, other) = tokio::join!(send(0, "ada"), send(1, "bob"), send(1, "cem"));
    match old.unwrap_err() {
        GroupCommitError::Store(error) => assert_eq!(error.kind, StoreErrorKind::EpochEnded),
        other => panic!("{other:?}"),
    }
    assert!(new.is_ok() && other.is_ok(), "{new:?} {other:?}");
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    let names: Vec<_> =
        whole_log(&store.database).await.iter().map(|event| event.stream.local_id().to_owned()).collect();
    assert_eq!(names.len(), 3);
    assert!(!names.contains(&"ada".to_owned()), "{names:?}");
}

/// An append that is at work while another process begins an epoch ends before it, or is refused.
#[tokio::test]
async fn an_epoch_begins_after_the_appends_at_work() {
    let store = TestStore::open().await;
    let mut appending = store.connection().await;
    run(&mut appending, "BEGIN").await;
    let appended = append_within(&mut appending, &member("ada"), 1).await.unwrap();
    run(&mut store.connection().await, ANOTHER_CLUSTER).await;
    let database = connect(store.servers.database_url()).await;
    let entering = tokio::spawn({
        let database = database.clone();
        async move { database.enter_epoch().await.unwrap() }
    });
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 7301 AND objid = 1 AND NOT granted)";
    let mut looking = store.connection().await;
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut looking).await.unwrap() {
        tokio::task::yield_now().await;
    }
    run(&mut appending, "COMMIT").await;
    assert_eq!(entering.await.unwrap(), 1);
    let log = whole_log(&database).await;
    assert_eq!((ids(&log)[0], epochs(&log)), (appended, vec![0, 1]));
}

#[tokio::test]
async fn a_follower_of_a_lost_event_fails_and_never_counts_on() {
    let store = TestStore::open().await;
    store.append_notes(3).await;
    let log = whole_log(&store.database).await;
    move_to_another_cluster(&store).await;
    store.database.enter_epoch().await.unwrap();
    let nats = store.nats().await;
    let follow = |checkpoint| Follower::new(store.database.clone(), nats.clone(), &Feed::default(), checkpoint);

    let before = Checkpoint { log_number: 3, position: log[2].position };
    let next = follow(before).next_batch(10).await.unwrap();
    assert_eq!((next[0].log_number, next[0].recorded.position.epoch), (4, 1));

    // As after a failover to a standby that had not received the fourth event.
    let lost = Position { position: log[2].position.position + 1, ..log[2].position };
    let refused = follow(Checkpoint { log_number: 4, position: lost }).next_batch(10).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::PositionLost);
}

fn database_name(store: &TestStore) -> &str {
    store.servers.database_url().rsplit('/').next().unwrap()
}

/// Without a fence, a standby would hand out an event before one that the primary has yet to
/// commit.
#[tokio::test]
async fn a_standby_refuses_to_read_the_log() {
    let store = TestStore::open_private().await;
    store.append_notes(3).await;
    let primary = store.servers.postgres.as_ref().unwrap();
    let standby = Standby::of(primary).await.unwrap();
    standby.caught_up(primary).await.unwrap();
    let there = connect(&standby.postgres.url_of(database_name(&store))).await;
    let refused = [
        there.read_log(Position::START, 10).await.unwrap_err(),
        there.enter_epoch().await.unwrap_err(),
        there.append(&decided(&member("ada"), 1)).await.unwrap_err(),
        there.pages(Position::START, 10).next().await.unwrap().unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind, StoreErrorKind::Unavailable, "{error:?}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("this server is a standby: connect to the primary"), "{cause}");
    }
    there.pool().close().await;
}

/// An asynchronous standby lacks the last appends; what is appended after its promotion gets the
/// same transaction ids.
#[tokio::test]
async fn a_position_of_a_lost_event_never_names_another_one() {
    let mut store = TestStore::open_private().await;
    store.append_notes(5).await;
    let before = whole_log(&store.database).await;
    let name = database_name(&store).to_owned();
    let mut standby = {
        let primary = store.servers.postgres.as_ref().unwrap();
        let standby = Standby::of(primary).await.unwrap();
        standby.caught_up(primary).await.unwrap();
        standby
    };
    standby.postgres.stop().await;
    for _ in 0..30 {
        store.append_notes(1).await;
    }
    let lost = whole_log(&store.database).await.split_off(5);
    store.servers.postgres.as_mut().unwrap().kill();
    standby.postgres.start().await.unwrap();
    standby.promote().await.unwrap();

    let there = connect(&standby.postgres.url_of(&name)).await;
    // Before any process has entered the new epoch, the log is what the standby had.
    assert_eq!(whole_log(&there).await, before);
    assert_eq!(there.enter_epoch().await.unwrap(), 1);
    for number in 0..30 {
        let stream = member(&format!("after-{number}"));
        there.append(&Append { epoch: 1, ..decided(&stream, 1) }).await.unwrap();
    }
    let log = whole_log(&there).await;
    assert_eq!((&log[..5], log.len()), (&before[..], 36));
    let reused = |lost: &Position| {
        log.iter().any(|event| {
            (event.position.transaction_id, event.position.position) == (lost.transaction_id, lost.position)
        })
    };
    let lost: Vec<Position> = lost.iter().map(|event| event.position).collect();
    assert!(lost.iter().filter(|lost| reused(lost)).count() > 10, "hardly any transaction id was used again");
    for position in lost {
        assert!(!there.has(position).await.unwrap(), "{position} names another event");
        assert_eq!(there.read_log(position, 100).await.unwrap(), &log[5..], "what comes after it is the new epoch");
    }
    there.pool().close().await;
    store.servers.postgres.as_mut().unwrap().stop().await;
}
