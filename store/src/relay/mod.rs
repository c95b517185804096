//! The relay: copies the log to JetStream in log order, event `n` as stream sequence `n`.
//!
//! One relay leads at a time (a session advisory lock on its own connection). JetStream is a copy
//! that may lose its tail or everything: the relay always starts at the tail of the stream, so lost
//! messages are published again under the same numbers. Every publish contains the expected last
//! sequence; after any error the tail is read again. A stream that lost messages in its middle is
//! recreated and refilled. A stream with events that Postgres does not contain is
//! [`RelayError::Diverged`]: the relay publishes nothing until an operator decides (`recover`).

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

/// Large, because under overload each read waits several times.
const MAX_BATCH_EVENTS: u32 = 1_000;
/// The latency of a new event if no wake-up arrives.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// How often the end of the stream is checked: a lost stream is refilled even if there are no new
/// events.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// For a relay that does not lead, or that failed.
const RETRY_DELAY: Duration = Duration::from_millis(500);

/// For Postgres and JetStream to return the end of the stream.
const TAIL_TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "DIVERGED: stream {stream} ends with number {log_number}, and {found}. \
         The log lost it in a failover or a restore, or the stream belongs to another installation. \
         `causerie recover` lists what was lost; with --accept-log the service goes on from the log"
    )]
    Diverged {
        stream: &'static str,
        /// The number of its last event.
        log_number: u64,
        /// What the log lacks, as a clause.
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
    /// A relay that is woken by `wake`, and also polls. While it leads, it sends events to `feed`
    /// too.
    #[must_use]
    pub const fn new(database: Database, nats: Nats, wake: Wake, feed: Feed) -> Self {
        Self { database, nats, wake, feed, replicas: 1 }
    }

    /// The minimum number of replicas of the stream, in a cluster of NATS.
    #[must_use]
    pub const fn with_replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas;
        self
    }

    /// Creates the stream before a relay leads, so that consumers find it.
    pub async fn prepare(&self) -> Result<(), StoreError> {
        stream::ensure(&self.nats, self.replicas).await.map(|_| ())
    }

    /// Whether the stream exists. Returns an error if it cannot contain the log. Changes nothing.
    pub async fn inspect(nats: &Nats) -> Result<bool, StoreError> {
        stream::inspect(&nats.jetstream).await
    }

    /// Runs until it is stopped, or until the stream has diverged.
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
                        "relay interrupted; reading the tail of the stream again"
                    );
                    report::send(&self.nats, &self.nats.explain(&error)).await;
                }
            }
            if stop.run_until_cancelled(tokio::time::sleep(RETRY_DELAY)).await.is_none() {
                return Ok(());
            }
        }
    }

    /// Leads while the connection of the lock is open and no publish fails. Returns if another
    /// relay leads.
    async fn lead(&self) -> Result<(), RelayError> {
        let mut connection = self.database.connection().await?;
        if !self.database.within_response_limit("locking the relay", try_lock(&mut connection)).await? {
            return Ok(());
        }
        // After a failover or a restore that lost events, this epoch is later than that of the
        // tail, which shows it.
        self.database.within_response_limit("entering the epoch of the log", epoch::enter(&mut connection)).await?;
        let mut stream = stream::ensure(&self.nats, self.replicas).await?;
        let mut tail = read_tail(&stream, &mut connection).await?;
        // After the tail was read: a stream with another log must not be deleted.
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
        let (publisher, unacked) = Publisher::of(&self.nats.jetstream);
        // Reads on while JetStream acknowledges, so that the readers of this process wait for the
        // log only.
        tokio::select! {
            ended = self.copy(&stream, &mut connection, tail, publisher) => ended,
            ended = publish::await_acknowledgements(unacked) => Ok(ended?),
            never = self.receive_wake_ups() => match never {},
        }
    }

    /// Without its subscription the relay still polls.
    async fn receive_wake_ups(&self) -> Infallible {
        loop {
            if let Err(error) = self.wake.receive(&self.nats).await {
                tracing::debug!(%error, "subscription to wake-ups of other processes failed; polling");
            }
            tokio::time::sleep(RETRY_DELAY).await;
        }
    }

    /// Publishes the events after the tail, then new ones.
    async fn copy(
        &self,
        stream: &Stream<()>,
        connection: &mut PgConnection,
        mut tail: Tail,
        mut publisher: Publisher<'_>,
    ) -> Result<(), RelayError> {
        let mut checked = Instant::now();
        loop {
            let page = read_log(&mut *connection, tail.position, MAX_BATCH_EVENTS);
            let events = self.database.within_response_limit("reading the log for the relay", page).await?;
            let full = events.len() == MAX_BATCH_EVENTS as usize;
            let batch: Arc<[LogEvent]> = LogEvent::numbered_after(tail.log_number, events).collect();
            if let Some(last) = batch.last() {
                tail = Tail { log_number: last.log_number, position: last.recorded.position };
                self.feed.send(&batch);
                publisher.send(&batch).await?;
            }
            if !full {
                self.wake.wait_at_most(POLL_INTERVAL).await;
            }
            if checked.elapsed() >= CHECK_INTERVAL && publisher.is_idle() {
                let (last, whole) = stream::extent(stream).await?;
                if last != tail.log_number || !whole {
                    let found = "it does not end with the last event published, or lost messages in its middle";
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

/// The lock belongs to the connection and ends with it.
async fn try_lock(connection: &mut PgConnection) -> Result<bool, StoreError> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock(7301, 2)")
        .fetch_one(connection)
        .await
        .map_err(|source| StoreError::postgres("locking the relay", source))
}
