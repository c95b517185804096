//! Following the log: every event after a checkpoint, once, in order, by way of JetStream, with any gap filled from
//! Postgres. Projections and the live hub read through this.
//!
//! A plain pull consumer under our own care: a consumer that errs, ends or skips is thrown away and made anew from the
//! checkpoint, because the library's ordered consumer may come back from the start.

use std::time::Duration;

use async_nats::jetstream::consumer::pull::{Config, Stream};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use causerie_events::{LogEvent, Position};
use futures::{FutureExt, StreamExt};

use crate::database::Database;
use crate::error::{Cause, StoreError};
use crate::headers::{event_of, request_id};
use crate::nats::Nats;
use crate::relay::STREAM_NAME;

/// How often the server says that it is still there; two missed in a row end the consumer.
const HEARTBEAT: Duration = Duration::from_secs(5);
/// How long one pull request stays open.
const EXPIRES: Duration = Duration::from_secs(30);
/// How long the server keeps a consumer that nobody pulls from.
const ABANDONED: Duration = Duration::from_mins(1);

/// A place in the log: how many events are behind, and the position of the last of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// The number of the last event.
    pub log_number: u64,
    /// Its position.
    pub position: Position,
}

impl Checkpoint {
    /// The place right after an event.
    #[must_use]
    pub const fn after(event: &LogEvent) -> Self {
        Self { log_number: event.log_number, position: event.recorded.position }
    }
}

/// Reads the log from a checkpoint on.
pub struct Follower {
    database: Database,
    nats: Nats,
    checkpoint: Checkpoint,
    consumer: Option<Stream>,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("checkpoint", &self.checkpoint).finish_non_exhaustive()
    }
}

impl Follower {
    /// Follows from right after the checkpoint.
    #[must_use]
    pub const fn new(database: Database, nats: Nats, checkpoint: Checkpoint) -> Self {
        Self { database, nats, checkpoint, consumer: None }
    }

    /// The next events, at least one and at most `limit`; waits for the first, and takes with it what is there already.
    /// After an error the next call starts from the last event returned.
    pub async fn next_batch(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        loop {
            let mut batch = Vec::new();
            let taken = self.take(limit, &mut batch).await;
            if let Some(last) = batch.last() {
                self.checkpoint = Checkpoint::after(last);
            }
            if taken.is_err() {
                self.consumer = None;
            }
            if !batch.is_empty() {
                trace(&batch);
                return Ok(batch);
            }
            taken?;
        }
    }

    async fn take(&mut self, limit: usize, batch: &mut Vec<LogEvent>) -> Result<(), StoreError> {
        let database = self.database.clone();
        let mut next = self.checkpoint;
        let consumer = self.consumer().await?;
        let mut message = consumer.next().await;
        loop {
            let delivered = match message {
                Some(Ok(message)) => {
                    event_of(&message.subject, message.headers.as_ref().unwrap_or(&NO_HEADERS), &message.payload)?
                }
                Some(Err(source)) => return Err(interrupted(source)),
                None => return Err(interrupted("the consumer ended")),
            };
            if delivered.log_number > next.log_number + 1 {
                let room = limit - batch.len();
                batch.extend(fill(&database, next, delivered.log_number, room).await?);
                return Err(interrupted("a gap, filled from Postgres"));
            }
            if delivered.log_number == next.log_number + 1 {
                next = Checkpoint::after(&delivered);
                batch.push(delivered);
            }
            if batch.len() == limit {
                return Ok(());
            }
            message = match consumer.next().now_or_never() {
                Some(message) => message,
                None => return Ok(()),
            };
        }
    }

    async fn consumer(&mut self) -> Result<&mut Stream, StoreError> {
        let consumer = match self.consumer.take() {
            Some(consumer) => consumer,
            None => open(&self.nats, self.checkpoint.log_number + 1).await?,
        };
        Ok(self.consumer.insert(consumer))
    }
}

static NO_HEADERS: std::sync::LazyLock<async_nats::HeaderMap> = std::sync::LazyLock::new(async_nats::HeaderMap::new);

/// A request is found here again, by its id. Whose reading it is tells the span around it.
fn trace(batch: &[LogEvent]) {
    for LogEvent { log_number, recorded } in batch {
        tracing::debug!(log_number, event_type = recorded.event_type, request_id = request_id(recorded), "followed");
    }
}

async fn open(nats: &Nats, start_sequence: u64) -> Result<Stream, StoreError> {
    let config = Config {
        ack_policy: AckPolicy::None,
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: ABANDONED,
        ..Config::default()
    };
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(interrupted)?;
    let consumer = stream.create_consumer(config).await.map_err(interrupted)?;
    consumer.stream().heartbeat(HEARTBEAT).expires(EXPIRES).messages().await.map_err(interrupted)
}

/// The events between the checkpoint and `until`, exclusive, from the log itself; at most `limit`.
async fn fill(
    database: &Database,
    from: Checkpoint,
    until: u64,
    limit: usize,
) -> Result<impl Iterator<Item = LogEvent> + use<>, StoreError> {
    let missing = until - from.log_number - 1;
    let missing = u32::try_from(missing.min(limit as u64)).unwrap_or(u32::MAX);
    let recorded = database.read_log(from.position, missing).await?;
    Ok(recorded.into_iter().zip(from.log_number + 1..).map(|(recorded, log_number)| LogEvent { log_number, recorded }))
}

fn interrupted(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("following the log", source)
}
