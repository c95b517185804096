//! One process works, the others stand by.

use std::time::Duration;

use causerie_projections::member_list::{MemberListProjector, NAME};
use causerie_projections::progress::wait_until;
use causerie_projections::runner;
use causerie_projections::turn::Turn;
use causerie_store::{Database, Feed, Nats};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::history::History;
use crate::support::Models;

/// How soon somebody else is at work.
const TAKES_OVER: Duration = Duration::from_secs(5);
const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn who_stands_by_takes_over_when_the_worker_is_gone() {
    let models = Models::empty().await;
    let first = Turn::wait(models.database(), NAME).await.unwrap();
    let mut second = tokio::spawn(wait(models.database().clone()));
    assert!(timeout(Duration::from_secs(1), &mut second).await.is_err(), "two at work");
    let other = timeout(LONG, Turn::wait(models.database(), "timeline")).await.unwrap().unwrap();

    let gone = Instant::now();
    drop(first);
    drop(timeout(LONG, second).await.unwrap().unwrap());
    assert!(gone.elapsed() < TAKES_OVER, "{:?}", gone.elapsed());
    drop(other);
    models.close().await;
}

/// Nothing tells a frozen process from one at the far end of a line that is cut: neither says a word, neither hangs up.
#[tokio::test]
async fn a_worker_that_is_frozen_or_cut_off_loses_its_turn_and_learns_it() {
    let models = Models::empty().await;
    let mut frozen = Turn::wait(models.database(), NAME).await.unwrap();
    frozen.heartbeat().await.unwrap();
    let silent = Instant::now();
    let second = timeout(LONG, Turn::wait(models.database(), NAME)).await.unwrap().unwrap();
    assert!(silent.elapsed() < TAKES_OVER, "{:?}", silent.elapsed());
    frozen.heartbeat().await.unwrap_err();
    drop(second);
    models.close().await;
}

#[tokio::test]
async fn a_worker_frozen_within_a_transaction_loses_its_turn_and_its_transaction() {
    let models = Models::empty().await;
    let mut frozen = Turn::wait(models.database(), NAME).await.unwrap();
    let write = "BEGIN; INSERT INTO read_models.projection_checkpoints (projection) VALUES ('member_list')";
    sqlx::raw_sql(write).execute(frozen.connection()).await.unwrap();
    let silent = Instant::now();
    let second = timeout(LONG, Turn::wait(models.database(), NAME)).await.unwrap().unwrap();
    assert!(silent.elapsed() < TAKES_OVER, "{:?}", silent.elapsed());
    sqlx::raw_sql("COMMIT").execute(frozen.connection()).await.unwrap_err();
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM read_models.projection_checkpoints")
        .fetch_one(models.pool())
        .await
        .unwrap();
    assert_eq!(rows, 0);
    drop(second);
    models.close().await;
}

#[tokio::test]
async fn a_worker_with_nothing_to_do_keeps_its_turn() {
    let models = Models::empty().await;
    let worker = Worker::start(&models).await;
    until_at_work(&models).await;
    let second = timeout(Duration::from_secs(6), Turn::wait(models.database(), NAME)).await;
    assert!(second.is_err(), "taken from a worker that was there");
    worker.stop().await;
    models.close().await;
}

#[tokio::test]
async fn of_two_projector_processes_the_second_goes_on_where_the_first_was_killed() {
    let models = Models::empty().await;
    let mut history = History::default();
    let (first, second) = (Worker::start(&models).await, Worker::start(&models).await);
    history.registered("ada", "Ada", true, false);
    models.record(history.events()).await;
    assert!(reached(&models, 1, LONG).await);

    first.task.abort();
    history.registered("bob", "Bob", true, false);
    models.record(history.since(1)).await;
    assert!(reached(&models, 2, TAKES_OVER).await);
    second.stop().await;
    models.close().await;
}

#[tokio::test]
async fn nats_down_stops_no_projection() {
    let mut models = Models::empty().await;
    let worker = Worker::start(&models).await;
    models.servers.nats.kill();
    let mut history = History::default();
    for number in 1..=5 {
        history.registered(&format!("m{number}"), "Somebody", true, false);
        models.record(&history.events()[number - 1..]).await;
        assert!(
            reached(&models, number as u64, if number == 1 { LONG } else { Duration::from_secs(1) }).await,
            "{number}"
        );
    }
    worker.stop().await;
    models.close().await;
}

/// A projector process.
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

async fn wait(database: Database) -> Turn {
    Turn::wait(&database, NAME).await.unwrap()
}

async fn until_at_work(models: &Models) {
    let mut history = History::default();
    history.registered("ada", "Ada", true, false);
    models.record(history.events()).await;
    assert!(reached(models, 1, LONG).await);
}

async fn reached(models: &Models, log_number: u64, limit: Duration) -> bool {
    wait_until(models.pool(), NAME, limit, |checkpoint| checkpoint.log_number >= log_number).await.is_ok()
}
