//! Why this house uses cqrs-es' event store and never its snapshot or aggregate store: `EventSink::write` has applied the
//! event already, and those two apply it again when they commit.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::convert::Infallible;

use causerie_sandbox::testing::TestServers;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{Aggregate, CqrsFramework, DomainEvent, EventStore};
use postgres_es::PostgresEventRepository;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

type Store = PersistedEventStore<PostgresEventRepository, Counter>;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this test shows why it is forbidden")]
async fn three_increments_reload_as_six_from_the_snapshot_store() {
    assert_eq!(three_increments_reload_as(|tables| Store::new_snapshot_store(tables, 1)).await, 6);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "this test shows why it is forbidden")]
async fn three_increments_reload_as_six_from_the_aggregate_store() {
    assert_eq!(three_increments_reload_as(Store::new_aggregate_store).await, 6);
}

#[tokio::test]
async fn three_increments_reload_as_three_from_the_event_store() {
    assert_eq!(three_increments_reload_as(Store::new_event_store).await, 3);
}

/// Counts to three, each step a command of its own as in the books, and loads the counter with a new store.
#[expect(clippy::disallowed_methods, reason = "the framework as its manual uses it")]
async fn three_increments_reload_as(store: impl Fn(PostgresEventRepository) -> Store) -> u32 {
    let servers = TestServers::start().await.unwrap();
    let pool = tables(servers.database_url()).await;
    let repository = || PostgresEventRepository::new(pool.clone()).with_tables("es_events", "es_snapshots");

    let framework = CqrsFramework::new(store(repository()), vec![], ());
    for _ in 0..3 {
        framework.execute("one", Increment).await.unwrap();
    }

    let reloaded = store(repository()).load_aggregate("one").await.unwrap();
    servers.stop().await;
    reloaded.aggregate.count
}

/// The tables of postgres-es' own `db/init.sql`, under other names.
async fn tables(url: &str) -> PgPool {
    let pool = PgPool::connect(url).await.unwrap();
    let statements = "
        CREATE TABLE es_events (
          aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint NOT NULL CHECK (sequence >= 0),
          event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
          PRIMARY KEY (aggregate_type, aggregate_id, sequence));
        CREATE TABLE es_snapshots (
          aggregate_type text NOT NULL, aggregate_id text NOT NULL, last_sequence bigint NOT NULL,
          current_snapshot bigint NOT NULL, payload json NOT NULL,
          PRIMARY KEY (aggregate_type, aggregate_id, last_sequence));";
    sqlx::raw_sql(statements).execute(&pool).await.unwrap();
    pool
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Counter {
    count: u32,
}

struct Increment;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Incremented;

impl DomainEvent for Incremented {
    fn event_type(&self) -> String {
        "Incremented".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Counter {
    const TYPE: &'static str = "counter";
    type Command = Increment;
    type Event = Incremented;
    type Error = Infallible;
    type Services = ();

    async fn handle(&mut self, _: Increment, (): &(), sink: &EventSink<Self>) -> Result<(), Infallible> {
        sink.write(Incremented, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Incremented) {
        self.count += 1;
    }
}
