//! The meaning of a response: the event is in the log for all readers.

use causerie_store::{Append, AppendOutcome, FirstEvent, GroupCommit, GroupCommitError, NewEvent, Wake};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::support::{TestStore, member, note, run};

/// Slows down the commit, so that a response before it would come much earlier.
const SLOW_COMMITS: &str = "
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION dawdle();";

const FAILING_COMMITS: &str = "
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'at the commit'; END $$;
    CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail();";

#[tokio::test]
async fn a_message_is_acknowledged_only_when_everybody_can_read_it() {
    let store = TestStore::open().await;
    let mut elsewhere = store.connection().await;
    run(&mut elsewhere, SLOW_COMMITS).await;
    for _ in 0..5 {
        let event = note(&member(&Uuid::new_v4().to_string()), 1);
        let id = event.event_id.as_uuid();
        let outcome = send(&store, event).await.unwrap();
        assert!(matches!(outcome, AppendOutcome::Appended(_)), "{outcome:?}");
        assert!(is_there(&mut elsewhere, id).await, "acknowledged, and not in the log");
    }
}

#[tokio::test]
async fn acknowledged_command_is_visible_to_all_readers() {
    let store = TestStore::open().await;
    let mut elsewhere = store.connection().await;
    run(&mut elsewhere, SLOW_COMMITS).await;
    let event = note(&member("ada"), 1);
    let id = event.event_id.as_uuid();
    store.database.append(&Append { events: vec![event], ..Append::default() }).await.unwrap();
    assert!(is_there(&mut elsewhere, id).await, "acknowledged, and not in the log");
}

#[tokio::test]
async fn what_fails_at_the_commit_is_not_acknowledged() {
    let store = TestStore::open().await;
    let mut elsewhere = store.connection().await;
    run(&mut elsewhere, FAILING_COMMITS).await;
    let event = note(&member("ada"), 1);
    let id = event.event_id.as_uuid();
    let appended = store.database.append(&Append { events: vec![event], ..Append::default() }).await;
    assert!(!is_there(&mut elsewhere, id).await);
    assert!(appended.is_err(), "{appended:?}");

    let outcome = send(&store, note(&member("bob"), 1)).await;
    assert!(outcome.is_err(), "{outcome:?}");
}

/// Through group commit, as messages go.
async fn send(store: &TestStore, event: NewEvent) -> Result<AppendOutcome, GroupCommitError> {
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let group_commit = GroupCommit::start(&store.database, &Wake::default(), &stop, &tasks);
    let outcome = group_commit.append(FirstEvent { epoch: 0, event, reads: vec![] }).await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    outcome
}

async fn is_there(connection: &mut PgConnection, event_id: Uuid) -> bool {
    let exists = "SELECT EXISTS (SELECT 1 FROM events WHERE event_id = $1)";
    sqlx::query_scalar(exists).bind(event_id).fetch_one(connection).await.unwrap()
}
