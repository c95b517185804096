//! The relay: copies the log to JetStream, in the log's order, event `n` as stream sequence `n`.
//!
//! One relay leads at a time (a session advisory lock on its own connection). JetStream is a copy that may lose its tail
//! or everything: the relay always starts from the tail of the stream itself, so a loss is refilled to the same numbers.
//! Every publish carries the expected last sequence; on any doubt the tail is read again. A stream that has lost messages in
//! its middle is recreated and refilled. A stream that holds what Postgres does not have is [`RelayError::Diverged`]: the
//! relay publishes nothing and says so, until an operator decides (`recover`).

mod publish;
mod recover;
mod report;
mod stream;
mod tail;
mod wake;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use causerie_events::LogEvent;
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::database::Database;
use crate::epoch;
use crate::error::StoreError;
use crate::feed::Feed;
use crate::nats::Nats;
use crate::reader::read_log;
use publish::Publisher;
use tail::Tail;

pub use recover::{LostEvent, Recovery};
pub use report::RelayReports;
pub use stream::STREAM_NAME;
pub use tail::{Relayed, relayed, require_own_stream};
pub use wake::Wake;

/// Events read at once: under overload each read waits for its turn several times.
const BATCH: u32 = 1_000;
/// How long a new event may wait when no wake-up arrives.
const POLL: Duration = Duration::from_millis(100);
/// How often the stream is asked where it ends: a stream that is lost while nothing new happens is refilled all the same.
const CHECK: Duration = Duration::from_secs(1);
/// How long a relay that does not lead, or that failed, waits before it tries again.
const RETRY: Duration = Duration::from_millis(500);

/// How long Postgres and JetStream may take to say where the stream ends.
const TAIL_TIMEOUT: Duration = Duration::from_secs(15);

/// Why the relay stopped working for a moment, or for good.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// Postgres or NATS failed; the relay tries again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stream holds what the log does not.
    #[error(
        "DIVERGED: stream {stream} ends with number {log_number}, and {found}. \
         The log lost it in a failover or a restore, or the stream belongs to another installation. \
         `causerie recover` lists what was lost; with --accept-log the service goes on from the log"
    )]
    Diverged {
        /// The stream's name.
        stream: &'static str,
        /// The number of its last event.
        log_number: u64,
        /// What the log lacks, in words.
        found: String,
    },
}

/// Copies the log to JetStream.
#[derive(Debug)]
pub struct Relay {
    database: Database,
    nats: Nats,
    wake: Wake,
    feed: Feed,
    replicas: usize,
}

impl Relay {
    /// A relay that is woken by `wake`, and polls besides. While it leads, it tells the readers of `feed` too.
    #[must_use]
    pub const fn new(database: Database, nats: Nats, wake: Wake, feed: Feed) -> Self {
        Self { database, nats, wake, feed, replicas: 1 }
    }

    /// Keeps at least this many replicas of the stream, in a cluster of NATS.
    #[must_use]
    pub const fn with_replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas;
        self
    }

    /// Creates the stream, so that those who read it find it. Not required: leading does it too.
    pub async fn prepare(&self) -> Result<(), StoreError> {
        stream::ensure(&self.nats, self.replicas).await.map(|_| ())
    }

    /// Whether the stream exists, and that it can hold the log. Changes nothing.
    pub async fn inspect(nats: &Nats) -> Result<bool, StoreError> {
        stream::inspect(&nats.jetstream).await
    }

    /// Works until told to stop, or until the stream has diverged.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), RelayError> {
        loop {
            let led = stop.run_until_cancelled(self.lead()).await;
            metrics::gauge!("causerie_relay_leads").set(0);
            match led {
                None => return Ok(()),
                Some(Ok(())) => {} // another relay leads
                Some(Err(error @ RelayError::Diverged { .. })) => {
                    metrics::gauge!("causerie_relay_diverged").set(1);
                    return Err(error);
                }
                Some(Err(RelayError::Store(error))) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        nats = self.nats.failure(),
                        "relay interrupted; reads the tail again"
                    );
                    report::send(&self.nats, &self.nats.explain(&error)).await;
                }
            }
            if stop.run_until_cancelled(tokio::time::sleep(RETRY)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Leads for as long as the lock's connection holds and nothing is in doubt. Returns when another relay leads.
    async fn lead(&self) -> Result<(), RelayError> {
        let mut connection = self.database.connection().await?;
        if !self.database.answered("locking the relay", try_lock(&mut connection)).await? {
            return Ok(());
        }
        // Where a failover or a restore lost something, this epoch is later than the end of the stream: the tail shows it.
        self.database.answered("entering the epoch of the log", epoch::enter(&mut connection)).await?;
        let mut stream = stream::ensure(&self.nats, self.replicas).await?;
        let mut tail = read_tail(&stream, &mut connection).await?;
        // After the tail: a stream that holds another log is not ours to delete.
        let (last, whole) = stream::extent(&stream).await?;
        if !whole {
            tracing::warn!(
                log_number = last,
                "the JetStream stream has lost messages in its middle; recreating and refilling it"
            );
            stream = stream::recreate(&self.nats.jetstream, &stream).await?;
            tail = read_tail(&stream, &mut connection).await?;
        }
        tracing::info!(log_number = tail.log_number, "relay leads");
        metrics::gauge!("causerie_relay_leads").set(1);
        metrics::gauge!("causerie_relay_diverged").set(0);
        let _leading = self.feed.lead();
        let (publisher, on_their_way) = Publisher::of(&self.nats.jetstream);
        // While JetStream acknowledges what it got, what came meanwhile is read: the readers of this process wait for the
        // log alone (under overload they were seconds behind when it waited for JetStream).
        tokio::select! {
            ended = self.copy(&stream, &mut connection, tail, publisher) => ended,
            ended = publish::acknowledged(on_their_way) => Ok(ended?),
            never = self.hear_wakes() => match never {},
        }
    }

    /// Without its subscription the relay still polls.
    async fn hear_wakes(&self) -> Infallible {
        loop {
            if let Err(error) = self.wake.hear(&self.nats).await {
                tracing::debug!(%error, "wake-ups of other processes are not heard; polling");
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Sends what there is behind the tail, and what comes.
    async fn copy(
        &self,
        stream: &Stream<()>,
        connection: &mut PgConnection,
        mut tail: Tail,
        mut publisher: Publisher<'_>,
    ) -> Result<(), RelayError> {
        let mut checked = Instant::now();
        loop {
            let page = read_log(&mut *connection, tail.position, BATCH);
            let events = self.database.answered("reading the log for the relay", page).await?;
            let full = events.len() == BATCH as usize;
            let batch: Arc<[LogEvent]> = LogEvent::numbered_after(tail.log_number, events).collect();
            if let Some(last) = batch.last() {
                tail = Tail { log_number: last.log_number, position: last.recorded.position };
                self.feed.tell(&batch);
                publisher.send(&batch).await?;
            }
            if !full {
                self.wake.wait_at_most(POLL).await;
            }
            if checked.elapsed() >= CHECK && publisher.is_idle() {
                let (last, whole) = stream::extent(stream).await?;
                if last != tail.log_number || !whole {
                    let found = "it does not end where it was left, or has lost messages in its middle";
                    return Err(StoreError::unavailable("checking the stream", found).into());
                }
                checked = Instant::now();
            }
        }
    }
}

async fn read_tail(stream: &Stream<()>, connection: &mut PgConnection) -> Result<Tail, RelayError> {
    let tail = tokio::time::timeout(TAIL_TIMEOUT, tail::read(stream, connection));
    tail.await.map_err(|late| StoreError::unavailable("reading the tail of the stream", late))?
}

/// The lock is the connection's: it is gone when the connection is, whatever ends it.
async fn try_lock(connection: &mut PgConnection) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock(7301, 2)")
        .fetch_one(connection)
        .await
        .map_err(|source| StoreError::postgres("locking the relay", source))
}
