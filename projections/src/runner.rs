//! Keeps a read model up to date: waits for the leadership, follows the log, applies batches.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use causerie_events::LogEvent;
use causerie_store::follower::{Checkpoint, Follower};
use causerie_store::{Database, Feed, Nats, StoreError};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::apply::apply_batch;
use crate::checkpoint;
use crate::leadership::{HEARTBEAT_INTERVAL, Leadership};
use crate::projector::{ApplyError, Projector};
use crate::target::{READ_MODELS, prepare};

/// Events in one transaction: twice as many as in the one before, within these bounds. With little
/// load rows are visible immediately; with a backlog many events share the cost of a transaction.
const BATCH_EVENTS: std::ops::RangeInclusive<usize> = 500..=5_000;
/// Minimum time between transactions, unless the last one was full. Under load, events that arrive
/// in between share a transaction, which costs Postgres more than the events do.
const BATCH_INTERVAL: Duration = Duration::from_millis(10);
const RETRY_DELAY: Duration = Duration::from_millis(250);
/// For a batch, while its session exists.
const STEP_TIMEOUT: Duration = Duration::from_mins(1);
/// After this time without a successful read the leader resigns, so that it does not appear to
/// work.
const READ_FAILURE_TIMEOUT: Duration = Duration::from_secs(10);

/// Keeps a read model up to date until it is stopped, while this process leads. Every failure is
/// logged and retried from the checkpoint.
pub async fn run<P: Projector>(projector: P, database: Database, nats: Nats, feed: Feed, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match stop.run_until_cancelled(work(&projector, &database, &nats, &feed)).await {
            None => return,
            Some(Ok(never)) => match never {},
            Some(Err(error)) => interrupted(P::NAME, &error),
        }
        stop.run_until_cancelled(tokio::time::sleep(RETRY_DELAY)).await;
    }
}

async fn work<P: Projector>(
    projector: &P,
    database: &Database,
    nats: &Nats,
    feed: &Feed,
) -> Result<Infallible, ApplyError> {
    let mut leadership = Leadership::wait(database, P::NAME).await?;
    leadership.run(async |connection| prepare(connection, READ_MODELS).await).await??;
    while leadership.run(async |connection| projector.refresh(connection).await).await?? {}
    loop {
        let checkpoint = leadership.run(async |connection| checkpoint::load(connection, P::NAME).await).await??;
        let follower = Follower::new(database.clone(), nats.clone(), feed, checkpoint);
        match keep_up(projector, &mut leadership, follower, checkpoint).await {
            // A rebuild was switched to; this process still leads.
            Err(ApplyError::CheckpointChanged) => {
                tracing::info!(projection = P::NAME, "checkpoint changed; continuing from there");
            }
            ended => return ended,
        }
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

async fn keep_up<P: Projector>(
    projector: &P,
    leadership: &mut Leadership,
    mut follower: Follower,
    mut checkpoint: Checkpoint,
) -> Result<Infallible, ApplyError> {
    let mut limit = *BATCH_EVENTS.start();
    let mut ticks = interval(BATCH_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut full = false;
    let mut read = Instant::now();
    loop {
        if !full {
            ticks.tick().await;
        }
        let events = match next_batch(&mut follower, leadership, limit).await? {
            Ok(events) => {
                read = Instant::now();
                events
            }
            // The log is read on other connections; the next heartbeat shows whether the leadership
            // is lost.
            Err(error) if read.elapsed() > READ_FAILURE_TIMEOUT => return Err(error.into()),
            Err(error) => {
                interrupted(P::NAME, &error.into());
                tokio::time::sleep(RETRY_DELAY).await;
                leadership.heartbeat().await?;
                continue;
            }
        };
        full = events.len() == limit;
        limit = (events.len() * 2).clamp(*BATCH_EVENTS.start(), *BATCH_EVENTS.end());
        let applying = leadership.run(async |connection| apply_batch(projector, connection, checkpoint, &events).await);
        let applied = tokio::time::timeout(STEP_TIMEOUT, applying).await;
        checkpoint = applied.map_err(|late| StoreError::unavailable("applying events", late))???;
    }
}

/// Waits for the next events and sends heartbeats. The outer error is that of the leadership.
async fn next_batch(
    follower: &mut Follower,
    leadership: &mut Leadership,
    limit: usize,
) -> Result<Result<Vec<LogEvent>, StoreError>, StoreError> {
    let mut next = pin!(follower.next_batch(limit));
    loop {
        tokio::select! {
            events = &mut next => return Ok(events),
            () = tokio::time::sleep(HEARTBEAT_INTERVAL) => leadership.heartbeat().await?,
        }
    }
}

fn interrupted(projection: &'static str, error: &ApplyError) {
    let error: &dyn std::error::Error = error;
    tracing::warn!(projection, error, "projection interrupted; continuing from its checkpoint");
}
