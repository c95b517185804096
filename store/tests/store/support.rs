//! A log for one test, and what fills it.

use std::fmt::Debug;
use std::time::Duration;

use causerie_events::{LogEvent, Position, RecordedEvent, StreamId};
use causerie_sandbox::testing::TestServers;
use causerie_store::{Append, Database, DatabaseOptions, Nats, NewEvent};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;
use uuid::Uuid;

/// Nothing in these tests takes longer when it works.
pub(crate) const LIMIT: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(10);

pub(crate) struct TestStore {
    pub(crate) servers: TestServers,
    pub(crate) database: Database,
}

impl TestStore {
    pub(crate) async fn open() -> Self {
        let servers = TestServers::start_filled_by(|url| async move {
            let database = connect(&url).await;
            database.migrate().await.unwrap();
            database.pool().close().await;
        });
        Self::on(servers.await.unwrap()).await
    }

    /// On a Postgres of its own, to be broken.
    pub(crate) async fn open_private() -> Self {
        Self::on(TestServers::start_private().await.unwrap()).await
    }

    pub(crate) async fn on(servers: TestServers) -> Self {
        let database = Database::connect(&DatabaseOptions {
            url: servers.database_url().to_owned(),
            max_connections: 10,
            statement_timeout: LIMIT,
        })
        .await
        .unwrap();
        database.migrate().await.unwrap();
        assert_eq!(database.enter_epoch().await.unwrap(), 0);
        Self { servers, database }
    }

    pub(crate) async fn nats(&self) -> Nats {
        Nats::connect(&self.servers.nats_url()).await.unwrap()
    }

    /// A connection to Postgres outside the pool.
    pub(crate) async fn connection(&self) -> PgConnection {
        PgConnection::connect(self.servers.database_url()).await.unwrap()
    }

    /// Appends this many events, each to a stream of its own.
    pub(crate) async fn append_notes(&self, count: usize) {
        self.append_notes_in(0, count).await;
    }

    pub(crate) async fn append_notes_in(&self, epoch: u16, count: usize) {
        let mut append = Append { epoch, ..Append::default() };
        append.events.extend((0..count).map(|_| note(&member(&Uuid::new_v4().to_string()), 1)));
        self.database.append(&append).await.unwrap();
    }

    pub(crate) async fn log(&self) -> Vec<LogEvent> {
        let recorded = self.database.read_log(Position::START, u32::MAX).await.unwrap();
        LogEvent::numbered_after(0, recorded).collect()
    }
}

/// Another process's view of a database.
pub(crate) async fn connect(url: &str) -> Database {
    let options = DatabaseOptions { url: url.to_owned(), max_connections: 5, statement_timeout: LIMIT };
    Database::connect(&options).await.unwrap()
}

pub(crate) async fn whole_log(database: &Database) -> Vec<RecordedEvent> {
    database.read_log(Position::START, u32::MAX).await.unwrap()
}

/// A stream to write to. The log does not know what its events mean, so one kind of stream is as
/// good as another.
pub(crate) fn member(name: &str) -> StreamId {
    StreamId::member(&"acme".parse().unwrap(), &name.parse().unwrap())
}

pub(crate) fn note(stream: &StreamId, sequence: u64) -> NewEvent {
    NewEvent {
        event_id: Uuid::now_v7().into(),
        stream: stream.clone(),
        sequence,
        event_type: "NoteTaken".to_owned(),
        event_version: "1".to_owned(),
        payload: json!({ "note": sequence, "in": stream.to_string() }),
        metadata: json!({ "actor": "ada" }),
    }
}

/// One event that was decided on its own stream only.
pub(crate) fn decided(stream: &StreamId, sequence: u64) -> Append {
    Append { events: vec![note(stream, sequence)], reads: vec![(stream.clone(), sequence - 1)], ..Append::default() }
}

/// Appends one event in a transaction that the caller has begun and will end; returns the event's
/// id.
pub(crate) async fn append_within(
    connection: &mut PgConnection,
    stream: &StreamId,
    sequence: u64,
) -> sqlx::Result<Uuid> {
    append_guarded_within(connection, stream, sequence, &[]).await
}

/// As [`append_within`], changing streams that others read as guards.
pub(crate) async fn append_guarded_within(
    connection: &mut PgConnection,
    stream: &StreamId,
    sequence: u64,
    guards: &[&StreamId],
) -> sqlx::Result<Uuid> {
    let event = note(stream, sequence);
    sqlx::query(
        "SELECT append_events(0, ARRAY[$1], ARRAY[$2], ARRAY[$3::bigint], ARRAY[$4], ARRAY[$5], ARRAY['1'], ARRAY[$6], ARRAY[$7],
                              ARRAY[$1], ARRAY[$2], ARRAY[$3::bigint - 1], $8, $9)",
    )
    .bind(stream.aggregate_type().as_str())
    .bind(stream.aggregate_id())
    .bind(i64::try_from(sequence).unwrap())
    .bind(event.event_id.as_uuid())
    .bind(event.event_type)
    .bind(event.payload)
    .bind(event.metadata)
    .bind(guards.iter().map(|guard| guard.aggregate_type().as_str()).collect::<Vec<_>>())
    .bind(guards.iter().map(|guard| guard.aggregate_id()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(event.event_id.as_uuid())
}

/// Runs one statement and ignores its result.
pub(crate) async fn run(connection: &mut PgConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(connection).await.unwrap();
}

pub(crate) fn sqlstate<T: Debug>(outcome: sqlx::Result<T>) -> String {
    let error = outcome.unwrap_err();
    error.as_database_error().and_then(|error| error.code().map(String::from)).unwrap_or_else(|| error.to_string())
}

pub(crate) fn ids<'a>(events: impl IntoIterator<Item = &'a RecordedEvent>) -> Vec<Uuid> {
    events.into_iter().map(|event| event.event_id.as_uuid()).collect()
}

/// Looks again and again until it is so; fails with what was seen last.
pub(crate) async fn until<T: Debug>(what: &str, mut look: impl AsyncFnMut() -> T, so: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        let seen = look().await;
        if so(&seen) {
            return seen;
        }
        assert!(Instant::now() < deadline, "{what}: not after {LIMIT:?}; last seen: {seen:?}");
        tokio::time::sleep(POLL).await;
    }
}
