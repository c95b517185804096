//! Requirements of a process on Postgres and the machine, at its start and later.

use std::os::unix::fs::PermissionsExt;

use causerie_sandbox::testing::TestServers;
use causerie_tests::{NO_LIMITS, Service, Site, command, eventually};
use futures::future::join_all;
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection, Row};

/// Connections in addition to `database.max_connections`.
const NON_POOL_CONNECTIONS: i64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn commands_before_the_first_migration_say_what_to_do() {
    let servers = TestServers::start().await.unwrap();
    for arguments in [&["replay"][..], &["projections", "status"], &["projections", "rebuild", "timeline"]] {
        let mut early = command();
        let output =
            early.args(arguments).env("CAUSERIE_DATABASE__URL", servers.database_url()).output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("run `causerie migrate` first"), "{arguments:?}: {said}");
    }
    servers.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn process_opens_its_pool_and_six_connections_at_most() {
    let settings = [&NO_LIMITS[..], &[("CAUSERIE_DATABASE__MAX_CONNECTIONS", "3")]].concat();
    let service = Service::start_with(&settings).await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let mut watch = PgConnection::connect(service.servers.database_url()).await.unwrap();
    let mut most = 0;
    for _ in 0..20 {
        let list = join_all((0..8).map(|_| ada.get("/conversations")));
        let sends = join_all((0..8).map(|_| ada.send(group, "hello")));
        let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'causerie' AND datname = current_database()";
        let (_, _, row) = tokio::join!(list, sends, watch.fetch_one(count));
        most = most.max(row.unwrap().get::<i64, _>(0));
    }
    assert!((4..=3 + NON_POOL_CONNECTIONS).contains(&most), "{most} connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn images_folder_is_for_its_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("below/images");
    let service = Service::start_with(&[("CAUSERIE_IMAGES__FOLDER", images.to_str().unwrap())]).await;
    let mode = std::fs::metadata(&images).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o700, "{mode:o}");
    assert_eq!(std::fs::read_dir(&images).unwrap().count(), 0);
    drop(service);
}

#[tokio::test(flavor = "multi_thread")]
async fn dev_detects_a_port_in_use_before_it_starts_servers() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, data) = (taken.local_addr().unwrap().to_string(), tempfile::tempdir().unwrap());
    let mut dev = command();
    dev.args(["dev", "--listen", &address, "--data"]).arg(data.path());
    let output = dev.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let sentence = format!("cannot listen on {address}; pass another address with --listen");
    assert!(!output.status.success() && said.contains(&sentence), "{said}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

/// A node that makes no progress in the log shows nothing new.
#[tokio::test(flavor = "multi_thread")]
async fn stalled_node_reports_that_live_is_behind() {
    let service = Service::start_roles("api", &NO_LIMITS).await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let live = async || {
        let response = reqwest::get(format!("{}/readyz", service.url())).await.unwrap();
        response.json::<Value>().await.unwrap()["parts"]["live"]["status"].clone()
    };
    eventually("it has read all", live, |status| status == "ok").await;
    // From now on reads of the log return nothing and do not fail.
    let mut owner = PgConnection::connect(service.servers.database_url()).await.unwrap();
    owner.execute("ALTER FUNCTION read_log(int, text, bigint, int) RENAME TO read_log_kept").await.unwrap();
    owner
        .execute(
            "CREATE FUNCTION read_log(int, text, bigint, int) RETURNS TABLE (
               epoch int, xid text, pos bigint, event_id uuid, aggregate_type text, aggregate_id text, sequence bigint,
               event_type text, event_version text, payload jsonb, metadata jsonb, recorded_at_us bigint)
             LANGUAGE sql AS $$ SELECT * FROM read_log_kept($1, $2, $3, $4) WHERE false $$",
        )
        .await
        .unwrap();
    ada.send(group, "hello").await.done(201);
    eventually("it is behind", live, |status| status == "behind").await;
    owner
        .execute(
            "DROP FUNCTION read_log(int, text, bigint, int);
             ALTER FUNCTION read_log_kept(int, text, bigint, int) RENAME TO read_log",
        )
        .await
        .unwrap();
    eventually("it has read all again", live, |status| status == "ok").await;
}
