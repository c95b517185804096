//! Migrations beside other processes and other versions.

use std::pin::pin;

use causerie_sandbox::testing::TestServers;
use causerie_store::{Database, DatabaseOptions, StoreErrorKind};
use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{LIMIT, TestStore, run, until, whole_log};

async fn connect(url: &str) -> Database {
    let options = DatabaseOptions { url: url.to_owned(), max_connections: 2, statement_timeout: LIMIT };
    Database::connect(&options).await.unwrap()
}

const NEWER: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'of tomorrow', true, '', 0)";

#[tokio::test]
async fn newer_schema_within_the_window_is_accepted() {
    let store = TestStore::open().await;
    run(&mut store.connection().await, NEWER).await;
    store.database.migrate().await.unwrap();
}

#[tokio::test]
async fn newer_schema_beyond_the_window_is_refused() {
    let store = TestStore::open().await;
    run(&mut store.connection().await, NEWER).await;
    run(&mut store.connection().await, "UPDATE schema_support SET oldest_binary = 9999").await;
    let error = store.database.migrate().await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Refused);
    assert!(error.source.to_string().contains("needs a version of Causerie that knows schema 9999"), "{error:?}");
}

#[tokio::test]
async fn schema_with_other_migrations_is_refused() {
    let store = TestStore::open().await;
    run(&mut store.connection().await, "UPDATE _sqlx_migrations SET checksum = '' WHERE version = 1").await;
    let error = store.database.migrate().await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Refused);
    assert!(error.source.to_string().contains("run `causerie migrate` on it and copy the log into it"), "{error:?}");
}

#[tokio::test]
async fn missing_read_models_are_created_again() {
    let store = TestStore::open().await;
    store.append_notes(3).await;
    let before = whole_log(&store.database).await;
    run(&mut store.connection().await, "DROP SCHEMA read_models CASCADE").await;
    assert!(store.database.require_schema().await.is_err());
    store.database.migrate().await.unwrap();
    store.database.require_schema().await.unwrap();
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'read_models'::regnamespace AND relkind = 'r'";
    let tables: i64 = sqlx::query_scalar(tables).fetch_one(store.database.pool()).await.unwrap();
    assert_eq!(tables, 16);
    assert_eq!(whole_log(&store.database).await, before);
}

#[tokio::test]
async fn migrated_database_needs_no_right_to_create() {
    let store = TestStore::open().await;
    let role = format!("runtime_{}", Uuid::new_v4().simple());
    let mut owner = store.connection().await;
    execute(
        &mut owner,
        &format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'secret'; REVOKE CREATE ON SCHEMA public FROM PUBLIC;
             GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
        ),
    )
    .await;
    let (_, server) = store.servers.database_url().split_once('@').unwrap();
    let database = connect(&format!("postgres://{role}:secret@{server}")).await;
    database.migrate().await.unwrap();
    database.pool().close().await;
    execute(&mut owner, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn waiting_for_a_migration_does_not_hold_up_an_index() {
    let servers = TestServers::start().await.unwrap();
    let (database, holder) = (connect(servers.database_url()).await, connect(servers.database_url()).await);
    let mut holding = holder.connection().await.unwrap();
    run(&mut holding, "CREATE TABLE existing (id int); SELECT pg_advisory_lock(7305, 1)").await;
    let mut migrating = pin!(database.migrate());
    let asking = until("the other one asks for the lock", async || asks(&mut holding).await, |asks| *asks);
    tokio::select! {
        done = &mut migrating => panic!("migrated without the lock: {done:?}"),
        asks = asking => assert!(asks),
    }
    // Several times: the other one asks in between.
    for number in 0..3 {
        let index = format!("CREATE INDEX CONCURRENTLY existing_{number} ON existing (id)");
        tokio::select! {
            done = &mut migrating => panic!("migrated without the lock: {done:?}"),
            made = timeout(LIMIT, execute(&mut holding, &index)) => made.unwrap(),
        }
    }
    drop(holding);
    timeout(LIMIT, migrating).await.unwrap().unwrap();
    database.pool().close().await;
    holder.pool().close().await;
    servers.stop().await;
}

/// Whether a session other than this one has asked for the lock last.
async fn asks(connection: &mut PgConnection) -> bool {
    let asks = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
                 AND query LIKE '%advisory_lock(7305%' AND pid <> pg_backend_pid())";
    sqlx::query_scalar(asks).fetch_one(connection).await.unwrap()
}

async fn execute(connection: &mut PgConnection, statements: &str) {
    sqlx::raw_sql(statements).execute(connection).await.unwrap();
}
