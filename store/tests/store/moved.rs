//! The log after its cluster was replaced by the means of Postgres: logical replication,
//! `pg_upgrade`, point-in-time recovery.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use causerie_events::{Event, RecordedEvent, SystemEvent};
use causerie_sandbox::PostgresServer;
use causerie_sandbox::testing::TestServers;
use causerie_store::Append;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{TestStore, connect, decided, member, run, until, whole_log};

const A_HUNDRED_TRANSACTIONS: &str =
    "DO $$ BEGIN FOR i IN 1..100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";

/// A log on a Postgres of its own with this setting: 20 events of a first epoch and 3 of a second
/// one.
async fn a_log_of_two_epochs(setting: &str) -> TestStore {
    let mut servers = TestServers::start_private().await.unwrap();
    let primary = postgres_of(&mut servers);
    primary.sql(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
    primary.restart().await.unwrap();
    let store = TestStore::on(servers).await;
    run(&mut store.connection().await, A_HUNDRED_TRANSACTIONS).await;
    store.append_notes(20).await;
    assert_eq!(store.database.accept_log().await.unwrap(), 1);
    store.append_notes_in(1, 3).await;
    store
}

fn postgres_of(servers: &mut TestServers) -> &mut PostgresServer {
    servers.postgres.as_mut().unwrap()
}

/// A cluster that `initdb` has just made, with a system identifier of its own and no database
/// `causerie`.
async fn a_new_cluster() -> TestServers {
    let mut servers = TestServers::start_private().await.unwrap();
    let postgres = postgres_of(&mut servers);
    empty(postgres).await;
    let mut initdb = postgres.program("initdb");
    initdb
        .args(["--username=causerie", "--auth=scram-sha-256", "--pwfile=password", "--encoding=UTF8", "--locale=C"])
        .args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--pgdata"])
        .arg(postgres.data_dir());
    succeed(initdb);
    configure(postgres.data_dir(), "postgresql.conf", "include_if_exists 'causerie.conf'\n");
    servers
}

/// Stops it and removes its data.
async fn empty(postgres: &mut PostgresServer) {
    postgres.stop().await;
    fs::remove_dir_all(postgres.data_dir()).unwrap();
}

/// Starts a cluster of [`a_new_cluster`], with an empty database.
async fn start_with_a_database(servers: &mut TestServers) {
    let postgres = postgres_of(servers);
    postgres.start().await.unwrap();
    let mut connection = PgConnection::connect(&postgres.url_of("postgres")).await.unwrap();
    connection.execute("CREATE DATABASE causerie").await.unwrap();
}

fn configure(data: &Path, file: &str, lines: &str) {
    let file = data.join(file);
    OpenOptions::new().append(true).open(file).unwrap().write_all(lines.as_bytes()).unwrap();
}

#[track_caller]
fn succeed(mut command: Command) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
}

/// The new cluster reads the same log, begins an epoch and appends behind it. Returns the reason
/// for the epoch.
async fn goes_on(servers: &TestServers, before: &[RecordedEvent]) -> String {
    let database = connect(servers.database_url()).await;
    assert_eq!(database.enter_epoch().await.unwrap(), 2);
    let ada = member("ada");
    let position = database.append(&Append { epoch: 2, ..decided(&ada, 1) }).await.unwrap();
    let log = whole_log(&database).await;
    assert_eq!(&log[..before.len()], before);
    assert_eq!((log.len(), &log.last().unwrap().stream), (before.len() + 2, &ada));
    assert!(position > before.last().unwrap().position);
    for event in before {
        assert!(database.has(event.position).await.unwrap());
    }
    assert_eq!(database.read_log(before.last().unwrap().position, 10).await.unwrap(), &log[before.len()..]);
    database.pool().close().await;
    match Event::decode(&log[before.len()]).unwrap() {
        Event::System(SystemEvent::LogEpochBegan(began)) => serde_json::to_value(began.reason).unwrap().to_string(),
        other => panic!("{other:?}"),
    }
}

/// Copies one cluster's database into another by a subscription, until all events are there, and
/// ends the subscription.
async fn replicate(store: &mut TestStore, target: &mut TestServers, publication: &str) -> Vec<RecordedEvent> {
    let source = postgres_of(&mut store.servers);
    source.sql(&format!("CREATE PUBLICATION causerie FOR {publication}")).await.unwrap();
    let subscribe = format!("CREATE SUBSCRIPTION causerie CONNECTION '{}' PUBLICATION causerie", source.url());
    let target = postgres_of(target);
    target.sql(&subscribe).await.unwrap();
    // What comes after the first copy is applied as it is written.
    store.append_notes_in(1, 5).await;
    let before = whole_log(&store.database).await;
    let complete = format!(
        "SELECT (SELECT count(*) FROM events) = {} AND bool_and(srsubstate = 'r') FROM pg_subscription_rel",
        before.len()
    );
    until("replicating all events", async || target.sql(&complete).await.unwrap(), |seen| seen == "t").await;
    target.sql("DROP SUBSCRIPTION causerie").await.unwrap();
    before
}

/// Replicates into a new cluster, in whose database `schema` makes the tables, and goes on there.
async fn survives_replication(publication: &str, schema: impl AsyncFnOnce(&TestStore, &PostgresServer)) {
    let mut store = a_log_of_two_epochs("wal_level = logical").await;
    let mut target = a_new_cluster().await;
    start_with_a_database(&mut target).await;
    schema(&store, postgres_of(&mut target)).await;
    let before = replicate(&mut store, &mut target, publication).await;
    assert_eq!(goes_on(&target, &before).await, "\"cluster\"");
    target.stop().await;
}

#[tokio::test]
async fn logical_replication_of_all_tables_keeps_the_log() {
    let dumped = async |store: &TestStore, target: &PostgresServer| {
        let schema = store.servers.postgres.as_ref().unwrap().data_dir().with_file_name("schema.sql");
        let mut dump = target.program("pg_dump");
        dump.arg("--schema-only").arg("--file").arg(&schema).arg(store.servers.database_url());
        succeed(dump);
        let mut restore = target.program("psql");
        restore.args(["--quiet", "--set=ON_ERROR_STOP=1", "--file"]).arg(&schema).arg(target.url());
        succeed(restore);
    };
    survives_replication("ALL TABLES", dumped).await;
}

/// A copy of the log alone lacks the table of epochs. Each event names its epoch.
#[tokio::test]
async fn logical_replication_of_the_log_alone_keeps_it() {
    let migrated = async |_: &TestStore, target: &PostgresServer| {
        let there = connect(&target.url()).await;
        there.migrate().await.unwrap();
        there.pool().close().await;
    };
    survives_replication("TABLE events", migrated).await;
}

#[tokio::test]
async fn pg_upgrade_keeps_the_log() {
    let mut store = a_log_of_two_epochs("wal_level = replica").await;
    let before = whole_log(&store.database).await;
    let mut target = a_new_cluster().await;
    store.database.pool().close().await;
    let old = postgres_of(&mut store.servers);
    old.stop().await;

    let new = postgres_of(&mut target);
    let mut upgrade = new.program("pg_upgrade");
    upgrade.arg("--no-sync").arg("--old-bindir").arg(old.bin_dir()).arg("--new-bindir").arg(new.bin_dir());
    upgrade.arg("--old-datadir").arg(old.data_dir()).arg("--new-datadir").arg(new.data_dir());
    upgrade.arg("--socketdir").arg("/tmp");
    succeed(upgrade);
    new.start().await.unwrap();
    assert_eq!(goes_on(&target, &before).await, "\"cluster\"");
    target.stop().await;
    store.servers.stop().await;
}

#[tokio::test]
async fn point_in_time_recovery_loses_what_came_later_and_no_more() {
    let mut store = a_log_of_two_epochs("archive_mode = on").await;
    let mut target = a_new_cluster().await;
    let source = postgres_of(&mut store.servers);
    let archive = source.data_dir().with_file_name("archive");
    let command = format!("mkdir -p {0} && cp %p {0}/%f", archive.display());
    let archiving = format!("ALTER SYSTEM SET archive_command = '{command}'; SELECT pg_reload_conf()");
    source.sql(&archiving).await.unwrap();

    let recovered = postgres_of(&mut target);
    empty(recovered).await;
    let mut backup = recovered.program("pg_basebackup");
    backup.args(["--checkpoint=fast", "--no-sync", "--pgdata"]).arg(recovered.data_dir());
    backup.arg("--dbname").arg(source.url());
    succeed(backup);

    store.append_notes_in(1, 4).await;
    let before = whole_log(&store.database).await;
    let source = postgres_of(&mut store.servers);
    let time = source.sql("SELECT clock_timestamp()").await.unwrap();
    store.append_notes_in(1, 6).await;
    let lost = whole_log(&store.database).await.split_off(before.len());
    let source = postgres_of(&mut store.servers);
    let segment = source.sql("SELECT pg_walfile_name(pg_switch_wal())").await.unwrap();
    until("archiving the log", async || archive.join(&segment).exists(), |exists| *exists).await;

    let recovered = postgres_of(&mut target);
    let lines = format!(
        "archive_mode = off\nrestore_command = 'cp {}/%f %p'\nrecovery_target_time = '{time}'\n\
         recovery_target_action = promote\n",
        archive.display()
    );
    configure(recovered.data_dir(), "postgresql.auto.conf", &lines);
    fs::write(recovered.data_dir().join("recovery.signal"), "").unwrap();
    recovered.start().await.unwrap();
    until("recovering", async || recovered.sql("SELECT pg_is_in_recovery()").await.unwrap(), |seen| seen == "f").await;

    assert_eq!(goes_on(&target, &before).await, "\"timeline\"");
    let database = connect(target.database_url()).await;
    for event in lost {
        assert!(!database.has(event.position).await.unwrap(), "{} was lost", event.position);
    }
    database.pool().close().await;
    target.stop().await;
}
