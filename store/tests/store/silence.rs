//! A server that neither responds nor closes connections: each call ends after its limit, and the
//! pool recovers.

use std::process::Command;
use std::time::Duration;

use causerie_store::{Database, DatabaseOptions, StoreErrorKind};
use tokio::time::{Instant, timeout};

use crate::support::TestStore;

const CONNECTIONS: u32 = 6;
/// Far above one limit of two seconds, far below one for each connection.
const MENDED: Duration = Duration::from_secs(8);

#[tokio::test]
async fn silent_server_costs_one_time_limit_for_the_whole_pool() {
    let store = TestStore::open().await;
    let options = DatabaseOptions {
        url: store.servers.database_url().to_owned(),
        max_connections: CONNECTIONS,
        statement_timeout: Duration::from_secs(1),
    };
    let database = Database::connect(&options).await.unwrap();
    let (mut held, mut sessions) = (Vec::new(), Vec::new());
    for _ in 0..CONNECTIONS {
        let mut lease = database.pool().acquire().await.unwrap();
        let process = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(lease.connection().unwrap()).await;
        sessions.push(process.unwrap());
        held.push(lease);
    }
    drop(held);
    let idle = async || database.pool().num_idle();
    crate::support::until("all connections idle", idle, |idle| *idle == CONNECTIONS as usize).await;

    // All open connections are silent; new ones work.
    let stopped = Stopped::new(sessions);
    let started = Instant::now();
    let error = timeout(MENDED, database.accepts_writes()).await.expect("a call has a limit").unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable);
    for _ in 0..CONNECTIONS {
        assert!(database.accepts_writes().await.unwrap());
    }
    assert!(started.elapsed() < MENDED, "{:?}", started.elapsed());
    drop(stopped);
}

/// Stopped processes; they go on when dropped. The server is shared: no database of another test
/// could be dropped meanwhile.
struct Stopped(Vec<i32>);

impl Stopped {
    fn new(processes: Vec<i32>) -> Self {
        signal("STOP", &processes);
        Self(processes)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        signal("CONT", &self.0);
    }
}

fn signal(name: &str, processes: &[i32]) {
    let processes = processes.iter().map(ToString::to_string);
    let sent = Command::new("kill").args(["-s", name]).args(processes).status().unwrap();
    assert!(sent.success());
}
