//! Starting, stopping and starting again.

use crate::support::{both, nats_hello, query, scratch, sql, start};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use causerie_sandbox::{Options, Sandbox, SandboxError, running};

#[tokio::test]
async fn both_servers_serve_until_they_are_stopped() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, nats) = both(&mut sandbox);
    assert_eq!(query(postgres, "select lower('É')").unwrap(), "é");
    assert_eq!(query(postgres, "show max_locks_per_transaction").unwrap(), "256");
    assert_eq!(nats_hello(&nats.url()).unwrap(), "PONG");
    let (bin, url, nats_url) = (postgres.bin_dir().to_owned(), postgres.url(), nats.url());

    sandbox.stop().await.unwrap();
    assert!(sql(&bin, &url, "select 1").unwrap_err().contains("Connection refused"));
    assert!(nats_hello(&nats_url).is_err());
}

#[tokio::test]
async fn wrong_password_is_rejected() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, nats) = both(&mut sandbox);
    let url = format!("postgres://causerie:wrong@127.0.0.1:{}/causerie", postgres.port());
    let error = sql(postgres.bin_dir(), &url, "select 1").unwrap_err();
    assert!(error.contains("password authentication failed"), "{error}");
    let response = nats_hello(&format!("nats://causerie:wrong@127.0.0.1:{}", nats.port())).unwrap();
    assert!(response.contains("Authorization Violation"), "{response}");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn the_data_is_still_there_at_the_next_start() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    query(both(&mut sandbox).0, "create table sample as select 42 as n").unwrap();
    sandbox.stop().await.unwrap();

    let mut sandbox = start(&scratch).await.unwrap();
    assert_eq!(query(both(&mut sandbox).0, "select n from sample").unwrap(), "42");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn second_start_in_a_folder_names_the_first() {
    let scratch = scratch();
    let sandbox = start(&scratch).await.unwrap();
    let error = start(&scratch).await.unwrap_err();
    assert!(matches!(error, SandboxError::AlreadyRunning { pid, .. } if pid == std::process::id()), "{error}");
    assert!(error.to_string().starts_with("another causerie dev is already running in "), "{error}");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn others_find_the_addresses_while_it_runs() {
    let scratch = scratch();
    assert!(running(scratch.path()).unwrap().is_none());
    let mut sandbox = start(&scratch).await.unwrap();
    let found = running(scratch.path()).unwrap().unwrap();
    let (postgres, nats) = both(&mut sandbox);
    assert_eq!(found.pid, std::process::id());
    assert_eq!(found.database_url, Some(postgres.url()));
    assert_eq!(found.nats_url, Some(nats.url()));
    sandbox.stop().await.unwrap();
    assert!(running(scratch.path()).unwrap().is_none());
}

#[tokio::test]
async fn dropping_stops_the_servers_and_removes_scratch_data() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, nats) = both(&mut sandbox);
    let (bin, url, nats_url) = (postgres.bin_dir().to_owned(), postgres.url(), nats.url());
    let (path, data) = (scratch.path().to_owned(), postgres.data_dir().to_owned());
    drop(sandbox);
    assert!(sql(&bin, &url, "select 1").is_err());
    assert!(nats_hello(&nats_url).is_err());
    drop(scratch);
    assert!(!path.exists() && !data.exists());
}

/// The servers of root run as `nobody`, which cannot enter a folder like the home of root.
#[tokio::test]
async fn root_may_keep_data_in_a_folder_closed_to_others() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let closed = tempfile::tempdir().unwrap();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let options = Options { durable: false, ..Options::new(closed.path().join("data")) };
    let link = options.data_dir.join("postgres");

    let mut sandbox = Sandbox::start(options.clone()).await.unwrap();
    let (postgres, nats) = both(&mut sandbox);
    query(postgres, "create table sample as select 42 as n").unwrap();
    assert_eq!(nats_hello(&nats.url()).unwrap(), "PONG");
    let data = postgres.data_dir().to_owned();
    assert!(!data.starts_with(closed.path()), "{data:?}");
    assert_eq!(fs::read_link(&link).unwrap().join("data"), data);
    sandbox.stop().await.unwrap();

    let mut sandbox = Sandbox::start(options.clone()).await.unwrap();
    assert_eq!(query(both(&mut sandbox).0, "select n from sample").unwrap(), "42");
    sandbox.stop_and_remove().await.unwrap();
    assert!(!data.exists() && !options.data_dir.exists());
}

#[tokio::test]
async fn a_server_that_cannot_start_shows_the_end_of_its_log() {
    let scratch = scratch();
    let mut sandbox = start(&scratch).await.unwrap();
    let (postgres, _) = both(&mut sandbox);
    postgres.stop().await;
    fs::write(postgres.data_dir().join("postgresql.conf"), "nonsense = on\n").unwrap();
    let began = std::time::Instant::now();
    let error = postgres.start().await.unwrap_err().to_string();
    assert!(error.contains("unrecognized configuration parameter \"nonsense\""), "{error}");
    assert!(began.elapsed() < Duration::from_secs(10));
    sandbox.stop().await.unwrap();
}
