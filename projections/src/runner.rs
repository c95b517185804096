//! Keeping a read model up to date: wait for the turn, follow the log, apply batch after batch.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use causerie_events::LogEvent;
use causerie_store::follower::{Checkpoint, Follower};
use causerie_store::{Database, Feed, Nats, StoreError};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

pub use crate::apply::step;
use crate::checkpoint;
use crate::projector::{ApplyError, Projector};
use crate::target::{READ_MODELS, prepare};
use crate::turn::{HEARTBEAT, Turn};

/// How many events in one transaction: twice what came the time before, within these bounds. With little to do rows are
/// seen at once, with a backlog the cost of a transaction is shared by many.
const BATCH: std::ops::RangeInclusive<usize> = 500..=5_000;
/// How long a transaction that was not full is apart from the next. What comes alone is seen at once; of many messages a
/// second each read model takes together what has come meanwhile: a transaction for every few of them costs Postgres more
/// than the messages do.
const PACE: Duration = Duration::from_millis(10);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_millis(250);
/// How long a batch may take while the session at work on it exists.
const STEP_LIMIT: Duration = Duration::from_mins(1);
/// For how long reading may fail before the worker gives up its turn, so that it does not look as if it worked.
const UNREADABLE: Duration = Duration::from_secs(10);

/// Keeps a read model up to date until told to stop, when it is this process's turn. Every failure is logged and tried
/// again from the checkpoint.
pub async fn run<P: Projector>(projector: P, database: Database, nats: Nats, feed: Feed, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match stop.run_until_cancelled(work(&projector, &database, &nats, &feed)).await {
            None => return,
            Some(Ok(never)) => match never {},
            Some(Err(error)) => interrupted(P::NAME, &error),
        }
        stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
    }
}

async fn work<P: Projector>(
    projector: &P,
    database: &Database,
    nats: &Nats,
    feed: &Feed,
) -> Result<Infallible, ApplyError> {
    let mut turn = Turn::wait(database, P::NAME).await?;
    turn.run(async |connection| prepare(connection, READ_MODELS).await).await??;
    while turn.run(async |connection| projector.refresh(connection).await).await?? {}
    loop {
        let checkpoint = turn.run(async |connection| checkpoint::load(connection, P::NAME).await).await??;
        let follower = Follower::new(database.clone(), nats.clone(), feed, checkpoint);
        match keep_up(projector, &mut turn, follower, checkpoint).await {
            // A rebuild has been put in place. The turn is still ours.
            Err(ApplyError::Moved) => {
                tracing::info!(projection = P::NAME, "the checkpoint was moved; goes on from there");
            }
            ended => return ended,
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn keep_up<P: Projector>(
    projector: &P,
    turn: &mut Turn,
    mut follower: Follower,
    mut checkpoint: Checkpoint,
) -> Result<Infallible, ApplyError> {
    let mut limit = *BATCH.start();
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut full = false;
    let mut read = Instant::now();
    loop {
        if !full {
            pace.tick().await;
        }
        let events = match next_batch(&mut follower, turn, limit).await? {
            Ok(events) => {
                read = Instant::now();
                events
            }
            // The log is read on other connections: the turn is lost when the next heartbeat says so.
            Err(error) if read.elapsed() > UNREADABLE => return Err(error.into()),
            Err(error) => {
                interrupted(P::NAME, &error.into());
                tokio::time::sleep(RETRY).await;
                turn.heartbeat().await?;
                continue;
            }
        };
        full = events.len() == limit;
        limit = (events.len() * 2).clamp(*BATCH.start(), *BATCH.end());
        let applying = turn.run(async |connection| step(projector, connection, checkpoint, &events).await);
        let applied = tokio::time::timeout(STEP_LIMIT, applying).await;
        checkpoint = applied.map_err(|late| StoreError::unavailable("applying events", late))???;
    }
}

/// The next events, while saying again and again that this process is there. The outer error is that of the turn.
async fn next_batch(
    follower: &mut Follower,
    turn: &mut Turn,
    limit: usize,
) -> Result<Result<Vec<LogEvent>, StoreError>, StoreError> {
    let mut next = pin!(follower.next_batch(limit));
    loop {
        tokio::select! {
            events = &mut next => return Ok(events),
            () = tokio::time::sleep(HEARTBEAT) => turn.heartbeat().await?,
        }
    }
}

fn interrupted(projection: &'static str, error: &ApplyError) {
    let error: &dyn std::error::Error = error;
    tracing::warn!(projection, error, "projection interrupted; goes on from its checkpoint");
}
