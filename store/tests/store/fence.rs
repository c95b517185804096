//! The fence of `read_log`, one transaction at a time.

use std::time::Duration;

use causerie_events::Position;
use causerie_store::Database;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::support::{TestStore, append_within, connect, ids, member, run, until};

/// Also the proof that the fence is needed: a cursor on the position alone skips the event that was
/// committed late.
#[tokio::test]
async fn late_commit_is_read_in_order_where_a_plain_cursor_skips_it() {
    let store = TestStore::open().await;
    let (mut first, mut second) = (store.connection().await, store.connection().await);
    run(&mut first, "BEGIN").await;
    run(&mut second, "BEGIN").await;
    let early = append_within(&mut first, &member("ada"), 1).await.unwrap();
    let late = append_within(&mut second, &member("bob"), 1).await.unwrap();
    run(&mut second, "COMMIT").await;

    let mut connection = store.connection().await;
    let mut cursor = 0;
    assert_eq!(plain_read(&mut connection, &mut cursor).await, [late]);
    assert_eq!(read(&store).await, Vec::<Uuid>::new(), "an event that may have one before it");

    run(&mut first, "COMMIT").await;
    assert_eq!(plain_read(&mut connection, &mut cursor).await, Vec::<Uuid>::new(), "the plain cursor lost it");
    assert_eq!(read(&store).await, [early, late]);
}

#[tokio::test]
async fn an_append_that_is_rolled_back_holds_the_reader_no_longer() {
    let store = TestStore::open().await;
    let (mut first, mut second) = (store.connection().await, store.connection().await);
    run(&mut first, "BEGIN").await;
    append_within(&mut first, &member("ada"), 1).await.unwrap();
    run(&mut second, "BEGIN").await;
    let committed = append_within(&mut second, &member("bob"), 1).await.unwrap();
    run(&mut second, "COMMIT").await;
    assert_eq!(read(&store).await, Vec::<Uuid>::new());

    run(&mut first, "ROLLBACK").await;
    assert_eq!(read(&store).await, [committed]);
}

#[tokio::test]
async fn open_write_without_append_does_not_block_the_reader() {
    let store = TestStore::open().await;
    let (mut writing, mut appending) = (store.connection().await, store.connection().await);
    run(&mut writing, "CREATE TABLE elsewhere (n int); BEGIN; INSERT INTO elsewhere VALUES (1)").await;
    let open: bool = sqlx::query_scalar("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        .fetch_one(&mut writing)
        .await
        .unwrap();
    assert!(open, "the transaction has no id: it would block no reader");

    let appended = append_within(&mut appending, &member("ada"), 1).await.unwrap();
    assert_eq!(read(&store).await, [appended]);
    run(&mut writing, "ROLLBACK").await;
}

/// It waits for a stream's lock and has no transaction id yet: whatever it writes will stand
/// behind.
#[tokio::test]
async fn append_waiting_for_a_lock_does_not_block_the_reader() {
    let store = TestStore::open().await;
    let (mut waiting, mut appending) = (store.connection().await, store.connection().await);
    run(&mut waiting, "BEGIN; SELECT pg_advisory_xact_lock_shared(7301, 1)").await;

    let now = append_within(&mut appending, &member("ada"), 1).await.unwrap();
    assert_eq!(read(&store).await, [now]);
    let later = append_within(&mut waiting, &member("bob"), 1).await.unwrap();
    run(&mut waiting, "COMMIT").await;
    assert_eq!(read(&store).await, [now, later]);
}

#[tokio::test]
async fn reading_continues_after_a_position_up_to_the_limit() {
    let store = TestStore::open().await;
    store.append_notes(3).await;
    store.append_notes(4).await;
    let all = store.log().await;
    assert_eq!(all.len(), 7);

    for (index, event) in all.iter().enumerate() {
        let behind = store.database.read_log(event.recorded.position, 2).await.unwrap();
        let expected = all.iter().skip(index + 1).take(2).map(|event| &*event.recorded);
        assert_eq!(ids(&behind), ids(expected));
    }
}

/// Its age is hidden from the reader, so it is counted from when the reader first saw it.
#[tokio::test]
async fn age_of_an_append_of_a_hidden_role_grows_until_it_ends() {
    let store = TestStore::open().await;
    let role = format!("reader_{}", Uuid::new_v4().simple());
    let mut owner = store.connection().await;
    let make =
        format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}");
    sqlx::raw_sql(&make).execute(&mut owner).await.unwrap();
    let (_, server) = store.servers.database_url().split_once('@').unwrap();
    let reader = connect(&format!("postgres://{role}:secret@{server}")).await;
    assert_eq!(reader.fence_age().await.unwrap(), Duration::ZERO);

    run(&mut owner, "BEGIN").await;
    append_within(&mut owner, &member("ada"), 1).await.unwrap();
    age_grows(&reader).await;
    run(&mut owner, "COMMIT").await;
    assert_eq!(reader.fence_age().await.unwrap(), Duration::ZERO);
    // It has not written yet, which the reader cannot see.
    run(&mut owner, "BEGIN; SELECT pg_advisory_xact_lock_shared(7301, 1)").await;
    age_grows(&reader).await;
    run(&mut owner, "COMMIT").await;
    assert_eq!(reader.fence_age().await.unwrap(), Duration::ZERO);
    reader.pool().close().await;
    sqlx::raw_sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).execute(&mut owner).await.unwrap();
}

async fn age_grows(reader: &Database) {
    let first = reader.fence_age().await.unwrap();
    until("the age grows", async || reader.fence_age().await.unwrap(), |age| *age > first).await;
}

async fn read(store: &TestStore) -> Vec<Uuid> {
    ids(&store.database.read_log(Position::START, 10).await.unwrap())
}

/// What everybody writes first.
async fn plain_read(connection: &mut PgConnection, cursor: &mut i64) -> Vec<Uuid> {
    let rows: Vec<(Uuid, i64)> =
        sqlx::query_as("SELECT event_id, position FROM events WHERE position > $1 ORDER BY position")
            .bind(*cursor)
            .fetch_all(connection)
            .await
            .unwrap();
    *cursor = rows.last().map_or(*cursor, |(_, position)| *position);
    rows.into_iter().map(|(event_id, _)| event_id).collect()
}
