//! One process leads, the others stand by.

use std::time::Duration;

use causerie_projections::leadership::Leadership;
use causerie_projections::member_list::{MemberListProjector, NAME};
use causerie_projections::progress::wait_until;
use causerie_projections::runner;
use causerie_store::{Database, Feed, Nats};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::history::History;
use crate::support::Models;

const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn standby_takes_over_when_the_leader_is_gone() {
    let models = Models::empty().await;
    let first = Leadership::wait(models.database(), NAME).await.unwrap();
    let mut second = tokio::spawn(wait(models.database().clone()));
    assert!(timeout(Duration::from_secs(1), &mut second).await.is_err(), "two leaders");
    let other = timeout(LONG, Leadership::wait(models.database(), "timeline")).await.unwrap().unwrap();

    drop(first);
    drop(timeout(LONG, second).await.unwrap().unwrap());
    drop(other);
}

/// A frozen process cannot be distinguished from a disconnected one: neither sends anything,
/// neither closes.
#[tokio::test]
async fn frozen_leader_loses_the_lock_and_notices() {
    let models = Models::empty().await;
    let mut frozen = Leadership::wait(models.database(), NAME).await.unwrap();
    frozen.heartbeat().await.unwrap();
    let second = timeout(LONG, Leadership::wait(models.database(), NAME)).await.unwrap().unwrap();
    frozen.heartbeat().await.unwrap_err();
    drop(second);
}

#[tokio::test]
async fn leader_frozen_in_a_transaction_loses_lock_and_transaction() {
    let models = Models::empty().await;
    let mut frozen = Leadership::wait(models.database(), NAME).await.unwrap();
    let write = "BEGIN; INSERT INTO read_models.projection_checkpoints (projection) VALUES ('member_list')";
    sqlx::raw_sql(write).execute(frozen.connection()).await.unwrap();
    let second = timeout(LONG, Leadership::wait(models.database(), NAME)).await.unwrap().unwrap();
    sqlx::raw_sql("COMMIT").execute(frozen.connection()).await.unwrap_err();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM read_models.projection_checkpoints")
        .fetch_one(models.pool())
        .await
        .unwrap();
    assert_eq!(rows, 0);
    drop(second);
}

#[tokio::test]
async fn idle_leader_keeps_the_lock() {
    let models = Models::empty().await;
    let worker = Worker::start(&models).await;
    until_leading(&models).await;
    let second = timeout(Duration::from_secs(6), Leadership::wait(models.database(), NAME)).await;
    assert!(second.is_err(), "the lock was taken from a live leader");
    worker.stop().await;
}

#[tokio::test]
async fn second_projector_continues_where_the_first_was_killed() {
    let models = Models::empty().await;
    let mut history = History::default();
    let (first, second) = (Worker::start(&models).await, Worker::start(&models).await);
    history.registered("ada", "Ada", true, false);
    models.record(history.events()).await;
    assert!(reached(&models, 1).await);

    first.task.abort();
    history.registered("bob", "Bob", true, false);
    models.record(history.since(1)).await;
    assert!(reached(&models, 2).await);
    second.stop().await;
}

#[tokio::test]
async fn projection_continues_without_nats() {
    let mut models = Models::empty().await;
    let worker = Worker::start(&models).await;
    models.servers.nats.kill();
    let mut history = History::default();
    for number in 1..=5 {
        history.registered(&format!("m{number}"), "A Member", true, false);
        models.record(&history.events()[number - 1..]).await;
        assert!(reached(&models, number as u64).await, "{number}");
    }
    worker.stop().await;
}

struct Worker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Worker {
    async fn start(models: &Models) -> Self {
        let stop = CancellationToken::new();
        let nats = Nats::connect(&models.servers.nats_url()).await.unwrap();
        let task = tokio::spawn(runner::run(
            MemberListProjector,
            models.database().clone(),
            nats,
            Feed::default(),
            stop.clone(),
        ));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

async fn wait(database: Database) -> Leadership {
    Leadership::wait(&database, NAME).await.unwrap()
}

async fn until_leading(models: &Models) {
    let mut history = History::default();
    history.registered("ada", "Ada", true, false);
    models.record(history.events()).await;
    assert!(reached(models, 1).await);
}

async fn reached(models: &Models, log_number: u64) -> bool {
    wait_until(models.pool(), NAME, LONG, |checkpoint| checkpoint.log_number >= log_number).await.is_ok()
}
