//! A synchronous standby that is away: nothing is acknowledged that it does not have.

use std::time::Duration;

use causerie_sandbox::testing::TestServers;
use causerie_sandbox::{PostgresServer, Standby};
use causerie_store::{
    Append, AppendOutcome, Database, DatabaseOptions, FirstEvent, GroupCommit, GroupCommitError, NewEvent,
    StoreErrorKind, Wake,
};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::support::{member, note, until};

const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

/// A primary with a synchronous standby, and a short limit for statements.
struct Pair {
    servers: TestServers,
    standby: Standby,
    database: Database,
}

impl Pair {
    async fn start() -> Self {
        let servers = TestServers::start_private().await.unwrap();
        let options = DatabaseOptions {
            url: servers.database_url().to_owned(),
            max_connections: 10,
            statement_timeout: Duration::from_secs(1),
        };
        let database = Database::connect(&options).await.unwrap();
        database.migrate().await.unwrap();
        database.enter_epoch().await.unwrap();
        let standby = Standby::synchronous_of(servers.postgres.as_ref().unwrap()).await.unwrap();
        Self { servers, standby, database }
    }

    fn primary(&self) -> &PostgresServer {
        self.servers.postgres.as_ref().unwrap()
    }

    fn commits(&self) -> GroupCommit {
        GroupCommit::start(&self.database, &Wake::default(), &CancellationToken::new(), &TaskTracker::new())
    }

    async fn waiting(&self) -> u32 {
        self.primary().sql(WAITING).await.unwrap().parse().unwrap()
    }

    async fn count_on(&self, server: &PostgresServer, event: &NewEvent) -> String {
        let id = event.event_id.as_uuid();
        server.sql(&format!("SELECT count(*) FROM events WHERE event_id = '{id}'")).await.unwrap()
    }

    async fn until_confirmed(&self) {
        let confirm = async || self.database.confirm().await.map_err(|error| error.kind);
        until("commits succeed", confirm, Result::is_ok).await.unwrap();
    }
}

fn new() -> NewEvent {
    note(&member(&Uuid::new_v4().to_string()), 1)
}

fn send(event: &NewEvent) -> FirstEvent {
    FirstEvent { epoch: 0, event: event.clone(), reads: vec![] }
}

fn unavailable(sent: &Result<AppendOutcome, GroupCommitError>) -> bool {
    matches!(sent, Err(GroupCommitError::Store(error)) if error.kind == StoreErrorKind::Unavailable)
}

#[tokio::test]
async fn batch_that_waits_for_the_standby_is_not_acknowledged() {
    let mut pair = Pair::start().await;
    let (commits, event) = (pair.commits(), new());
    pair.standby.postgres.pause().unwrap();
    let sent = commits.append(send(&event)).await;
    assert!(unavailable(&sent), "{sent:?}");
    // Its session was not ended: then all would see what the standby does not have.
    assert_eq!(pair.count_on(pair.primary(), &event).await, "0");

    pair.standby.postgres.resume();
    pair.until_confirmed().await;
    assert_eq!(commits.append(send(&event)).await.unwrap(), AppendOutcome::Duplicate);
    pair.database.confirm().await.unwrap();
    pair.standby.promote().await.unwrap();
    assert_eq!(pair.count_on(&pair.standby.postgres, &event).await, "1");
    pair.servers.stop().await;
}

#[tokio::test]
async fn batch_whose_wait_was_ended_is_not_acknowledged() {
    let mut pair = Pair::start().await;
    let (commits, event) = (pair.commits(), new());
    pair.standby.postgres.pause().unwrap();
    let (sent, ()) = tokio::join!(commits.append(send(&event)), async {
        until("the commit waits", async || pair.waiting().await, |count| *count == 1).await;
        pair.primary().sql(&WAITING.replace("count(*)", "pg_terminate_backend(pid)")).await.unwrap();
    });
    // The primary shows it, and no standby has it.
    assert_eq!(pair.count_on(pair.primary(), &event).await, "1");
    assert!(unavailable(&sent), "{sent:?}");
    pair.standby.postgres.resume();
    pair.servers.stop().await;
}

#[tokio::test]
async fn found_event_is_confirmed_only_when_the_standby_has_it() {
    let mut pair = Pair::start().await;
    let event = new();
    pair.standby.postgres.pause().unwrap();
    // A crash ends the wait: the primary comes back with the commit, and shows it.
    let append = Append { events: vec![event.clone()], ..Append::default() };
    let error = pair.database.append(&append).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Unavailable);
    let mut primary = pair.servers.postgres.take().unwrap();
    primary.kill();
    primary.start().await.unwrap();
    pair.servers.postgres = Some(primary);
    assert_eq!(pair.count_on(pair.primary(), &event).await, "1");
    assert_eq!(pair.database.confirm().await.unwrap_err().kind, StoreErrorKind::Unavailable);

    pair.standby.postgres.resume();
    pair.until_confirmed().await;
    pair.standby.promote().await.unwrap();
    assert_eq!(pair.count_on(&pair.standby.postgres, &event).await, "1");
    pair.servers.stop().await;
}

#[tokio::test]
async fn standby_that_is_away_leaves_few_sessions_waiting() {
    let mut pair = Pair::start().await;
    let commits = pair.commits();
    pair.standby.postgres.pause().unwrap();
    for _ in 0..20 {
        assert!(unavailable(&commits.append(send(&new())).await));
        let append = Append { events: vec![new()], ..Append::default() };
        assert_eq!(pair.database.append(&append).await.unwrap_err().kind, StoreErrorKind::Unavailable);
    }
    assert!(pair.waiting().await <= 5, "{} sessions wait", pair.waiting().await);
    assert!(!pair.database.accepts_writes().await.unwrap());
    pair.standby.postgres.resume();
    pair.until_confirmed().await;
    assert!(matches!(commits.append(send(&new())).await.unwrap(), AppendOutcome::Appended(_)));
    pair.servers.stop().await;
}
