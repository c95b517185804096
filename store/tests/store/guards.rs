//! Guards: streams that a decision read and does not change, such as the member who sends.

use causerie_store::{Append, StoreErrorKind};
use futures::future::join_all;
use sqlx::PgConnection;

use crate::support::{TestStore, append_guarded_within, decided, member, note, run, until};

#[tokio::test]
async fn a_guard_that_moved_refuses_the_append_and_nothing_is_written() {
    let store = TestStore::open().await;
    let (guard, message) = (member("guard"), member("message"));
    store.database.append(&decided(&guard, 1)).await.unwrap();
    store.database.append(&decided(&guard, 2)).await.unwrap();
    let before = store.log().await;

    let mut append = decided(&message, 1);
    append.reads.push((guard.clone(), 1));
    assert_eq!(store.database.append(&append).await.unwrap_err().kind, StoreErrorKind::VersionConflict);
    assert_eq!(store.log().await, before);

    let mut append = decided(&message, 1);
    append.reads.push((guard, 2));
    store.database.append(&append).await.unwrap();
}

#[tokio::test]
async fn a_guard_read_as_missing_must_still_be_missing() {
    let store = TestStore::open().await;
    let (guard, message) = (member("guard"), member("message"));
    let mut append = decided(&message, 1);
    append.reads.push((guard.clone(), 0));
    store.database.append(&append).await.unwrap();

    store.database.append(&decided(&guard, 1)).await.unwrap();
    let mut append = decided(&message, 2);
    append.reads.push((guard.clone(), 0));
    assert_eq!(store.database.append(&append).await.unwrap_err().kind, StoreErrorKind::VersionConflict);

    let mut append = decided(&message, 2);
    append.reads.push((member("never-there"), 1));
    assert_eq!(store.database.append(&append).await.unwrap_err().kind, StoreErrorKind::VersionConflict);
}

/// Lock and check in one statement would see the guard as it was before the wait, and let the
/// message pass.
#[tokio::test]
async fn an_append_that_waited_for_a_guard_sees_how_it_changed() {
    let store = TestStore::open().await;
    let (guard, message) = (member("guard"), member("message"));
    store.database.append(&decided(&guard, 1)).await.unwrap();

    let mut changing = store.connection().await;
    run(&mut changing, "BEGIN").await;
    append_guarded_within(&mut changing, &guard, 2, &[&guard]).await.unwrap();

    let waiting = tokio::spawn({
        let database = store.database.clone();
        let mut append = decided(&message, 1);
        append.reads.push((guard, 1));
        async move { database.append(&append).await }
    });
    let mut watching = store.connection().await;
    until("an append waits for the guard", async || waiting_locks(&mut watching).await, |locks| *locks == 1).await;
    run(&mut changing, "COMMIT").await;

    assert_eq!(waiting.await.unwrap().unwrap_err().kind, StoreErrorKind::VersionConflict);
}

async fn waiting_locks(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn no_event_stands_behind_the_guard_change_that_forbids_it() {
    let store = TestStore::open().await;
    for round in 0..20 {
        let guard = member(&format!("guard-{round}"));
        store.database.append(&decided(&guard, 1)).await.unwrap();
        let change = Append { guards: vec![guard.clone()], ..decided(&guard, 2) };
        let sends: Vec<_> = (0..5)
            .map(|sender| {
                let message = member(&format!("message-{round}-{sender}"));
                Append {
                    events: vec![note(&message, 1)],
                    reads: vec![(message, 0), (guard.clone(), 1)],
                    ..Append::default()
                }
            })
            .collect();
        let (forbidden, sent) = tokio::join!(
            store.database.append(&change),
            join_all(sends.iter().map(|send| store.database.append(send)))
        );

        let forbidden = forbidden.unwrap();
        for outcome in sent {
            match outcome {
                Ok(position) => assert!(position < forbidden, "{position:?} stands behind {forbidden:?}"),
                Err(error) => assert_eq!(error.kind, StoreErrorKind::VersionConflict),
            }
        }
    }
}
