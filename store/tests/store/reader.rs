//! The order of the log under load: writers that dawdle between insert and commit, roll back and
//! die, while one reader follows by cursor.

use std::collections::HashMap;

use causerie_events::{LogEvent, Position, RecordedEvent, StreamId};
use causerie_store::reader::read_log;
use futures::future::join_all;
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;
use uuid::Uuid;

use crate::support::{TestStore, append_within, connect, ids, member, run, until};

const WRITERS: usize = 16;
const APPENDS: usize = 30;
/// Small, so that the reader's cursor stops between the events of one transaction, too.
const PAGE: u32 = 7;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reader_gets_every_commit_once_despite_slow_and_dying_writers() {
    let store = TestStore::open().await;
    let (writing, done) = watch::channel(());
    let reader = tokio::spawn(follow(store.connection().await, done));

    let mut writers = Vec::new();
    for number in 0..WRITERS {
        writers.push(Writer::new(&store, number).await.write());
    }
    let mut committed: Vec<Uuid> = join_all(writers).await.concat();
    drop(writing);
    let delivered = reader.await.unwrap();

    let in_order = delivered;
    let mut delivered = ids(&in_order);
    delivered.sort_unstable();
    committed.sort_unstable();
    let missing: Vec<_> = committed.iter().filter(|id| delivered.binary_search(id).is_err()).collect();
    assert!(missing.is_empty(), "{} of {} events were never delivered: {missing:?}", missing.len(), committed.len());
    assert_eq!(delivered, committed, "delivered what was not committed, or twice");
    assert_strictly_rising(&in_order);
    assert_contiguous(&in_order);
}

/// The order of transaction ids is that of numbers: as texts, 999 comes after 1000.
#[tokio::test]
async fn end_of_log_is_found_when_transaction_ids_gain_a_digit() {
    const SPEND: &str = "DO $$ BEGIN
        WHILE pg_current_xact_id()::text !~ '^99+[0-9]$' LOOP COMMIT; END LOOP; END $$";
    let store = TestStore::open_private().await;
    let mut connection = store.connection().await;
    run(&mut connection, SPEND).await;
    // Some more than are left: Postgres spends one now and then itself.
    for _ in 0..16 {
        store.append_notes(1).await;
    }
    let log = store.log().await;
    let digits = |event: &LogEvent| event.recorded.position.transaction_id.to_string().len();
    assert_eq!(digits(&log[0]) + 1, digits(log.last().unwrap()), "{log:?}");
    assert_eq!(store.database.end_of_log().await.unwrap(), log.last().unwrap().recorded.position);
}

/// A stream asks for it when it starts.
#[tokio::test]
async fn the_end_of_the_log_is_found_without_reading_the_log() {
    const READ: &str = "SELECT (t.seq_tup_read + sum(i.idx_tup_read))::bigint
      FROM pg_stat_user_tables t JOIN pg_stat_user_indexes i USING (relid) WHERE t.relname = 'events' GROUP BY t.seq_tup_read";
    let store = TestStore::open_private().await;
    for _ in 0..10 {
        store.append_notes(500).await;
    }
    let mut connection = store.connection().await;
    run(&mut connection, "VACUUM ANALYZE events").await;
    let mut read = async || sqlx::query_scalar::<_, i64>(READ).fetch_one(&mut connection).await.unwrap();
    let before = read().await;
    let reader = connect(store.servers.database_url()).await;
    for _ in 0..10 {
        reader.end_of_log().await.unwrap();
    }
    // Sessions that end say what they have read.
    reader.pool().close().await;
    let counted = until("what was read is counted", &mut read, |read| *read > before).await;
    assert!(counted - before < 100, "{} events were read", counted - before);
}

/// Reads without a pause until the writers are done and nothing more comes.
async fn follow(mut connection: PgConnection, writing: watch::Receiver<()>) -> Vec<RecordedEvent> {
    let mut delivered: Vec<RecordedEvent> = Vec::new();
    loop {
        let done = writing.has_changed().is_err();
        let position = delivered.last().map_or(Position::START, |last| last.position);
        let page = read_log(&mut connection, position, PAGE).await.unwrap();
        if done && page.is_empty() {
            return delivered;
        }
        delivered.extend(page);
    }
}

/// Appends to a stream of its own, in its own transactions.
struct Writer {
    url: String,
    connection: PgConnection,
    executioner: PgConnection,
    stream: StreamId,
    number: usize,
}

impl Writer {
    async fn new(store: &TestStore, number: usize) -> Self {
        Self {
            url: store.servers.database_url().to_owned(),
            connection: store.connection().await,
            executioner: store.connection().await,
            stream: member(&format!("writer-{number}")),
            number,
        }
    }

    /// Returns the events that it committed. One append in ten is rolled back; the session of one
    /// in twenty is killed.
    async fn write(mut self) -> Vec<Uuid> {
        let mut committed = Vec::new();
        for append in 0..APPENDS {
            run(&mut self.connection, "BEGIN").await;
            let mut written = Vec::new();
            for event in 1..=1 + append % 3 {
                let sequence = u64::try_from(committed.len() + event).unwrap();
                written.push(append_within(&mut self.connection, &self.stream, sequence).await.unwrap());
            }
            run(&mut self.connection, "SELECT pg_sleep(random() * 0.03)").await;
            match (append + self.number) % 20 {
                0 | 10 => run(&mut self.connection, "ROLLBACK").await,
                5 => self.die().await,
                _ => {
                    run(&mut self.connection, "COMMIT").await;
                    committed.append(&mut written);
                }
            }
        }
        committed
    }

    /// Has the session killed with its transaction open, waits until it is gone, and opens another.
    async fn die(&mut self) {
        let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut self.connection).await.unwrap();
        let gone: bool = sqlx::query_scalar("SELECT pg_terminate_backend($1, 10000)")
            .bind(pid)
            .fetch_one(&mut self.executioner)
            .await
            .unwrap();
        assert!(gone, "session {pid} lives on");
        self.connection = PgConnection::connect(&self.url).await.unwrap();
    }
}

fn assert_strictly_rising(events: &[RecordedEvent]) {
    for pair in events.windows(2) {
        assert!(pair[0].position < pair[1].position, "{:?} before {:?}", pair[0].position, pair[1].position);
    }
}

fn assert_contiguous(events: &[RecordedEvent]) {
    let mut versions: HashMap<&StreamId, u64> = HashMap::new();
    for event in events {
        let version = versions.entry(&event.stream).or_default();
        assert_eq!(event.sequence, *version + 1, "{}: an event is missing or out of order", event.stream);
        *version = event.sequence;
    }
}
