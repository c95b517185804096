//! Following the log: every event after a checkpoint, once, in order. JetStream tells first, Postgres has the last word.
//! Projections and the live hub read through this.
//!
//! A stream may hold what the log does not, when Postgres was restored to an older copy: what a new consumer tells is looked
//! up in the log until it has told all that was there.
//!
//! Where the relay works in this process, it tells first, and there is no consumer ([`crate::feed`]).
//!
//! What JetStream skips, and what it has not told for a moment, is read from Postgres: whatever becomes of NATS, a reader
//! stays behind by a moment at most. A reader that is far behind reads pages from Postgres until it has caught up.

mod consumer;
mod last_read;

use std::time::Duration;

use causerie_events::{LogEvent, Position};
use tokio::time::Instant;

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};
use crate::feed::{self, Feed, Told};
use crate::headers::request_id;
use crate::nats::Nats;
use consumer::{Consumer, Delivered};

pub use last_read::LastRead;

/// For how long nothing new may come from JetStream before Postgres is asked. A healthy stream is quicker by far, so that
/// this costs an idle reader four short statements a second and a busy one none.
const SILENCE: Duration = Duration::from_millis(250);
/// The same while there is no consumer.
const WITHOUT_CONSUMER: Duration = Duration::from_millis(100);
/// With more than this still to come, whole pages from Postgres are quicker.
const FAR_BEHIND: u64 = 5_000;

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
    pub fn after(event: &LogEvent) -> Self {
        Self { log_number: event.log_number, position: event.recorded.position }
    }
}

/// Reads the log from a checkpoint on.
pub struct Follower {
    database: Database,
    consumer: Consumer,
    relay: feed::Listening,
    checkpoint: Checkpoint,
    /// Whether the log is known to hold more than JetStream should be asked for.
    far_behind: bool,
    last_read: LastRead,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("checkpoint", &self.checkpoint).finish_non_exhaustive()
    }
}

impl Follower {
    /// Follows from right after the checkpoint.
    #[must_use]
    pub fn new(database: Database, nats: Nats, feed: &Feed, checkpoint: Checkpoint) -> Self {
        // Nobody knows yet how far behind this is: a first page from Postgres tells.
        Self {
            database,
            consumer: Consumer::new(nats),
            relay: feed.listen(),
            checkpoint,
            far_behind: true,
            last_read: LastRead::default(),
        }
    }

    /// Notes there when the log last answered.
    #[must_use]
    pub fn noting(self, last_read: LastRead) -> Self {
        Self { last_read, ..self }
    }

    /// The next events, at least one and at most `limit`; waits for the first, and takes with it what is there already.
    /// After an error, and when dropped while it waits, the next call starts from the last event returned.
    pub async fn next_batch(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let batch = self.await_batch(limit).await?;
        self.last_read.mark();
        trace(&batch);
        Ok(batch)
    }

    async fn await_batch(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        if self.far_behind {
            let page = self.page(limit).await?;
            if !page.is_empty() {
                return Ok(page);
            }
        }
        let mut ask = Instant::now() + self.patience();
        loop {
            // Only what is new counts as a sign of life: a stream that is refilled from its start tells old news for long.
            let relayed_here = self.relay.leads();
            if relayed_here {
                self.consumer.close();
            }
            tokio::select! {
                told = self.relay.next() => {
                    let batch = self.hear(told, limit).await?;
                    if !batch.is_empty() {
                        return Ok(batch);
                    }
                }
                delivered = self.consumer.next(self.checkpoint.log_number + 1), if !relayed_here => {
                    let batch = self.take(delivered, limit).await?;
                    if !batch.is_empty() {
                        return Ok(batch);
                    }
                }
                () = tokio::time::sleep_until(ask) => {
                    let page = self.page(limit).await?;
                    if !page.is_empty() {
                        return Ok(page);
                    }
                    ask = Instant::now() + self.patience();
                }
            }
        }
    }

    /// What the relay of this process has read, and what else it has told already.
    async fn hear(&mut self, told: Told, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let mut batch = Vec::new();
        let mut told = match told {
            Told::Batch(events) => Some(events),
            Told::TooMuch => return self.page(limit).await,
            Told::Turn => None,
        };
        while let Some(events) = told {
            for event in events.iter() {
                let expected = self.checkpoint.log_number + 1;
                if event.log_number > expected || batch.len() == limit {
                    // The rest comes from Postgres.
                    self.far_behind = true;
                    return if batch.is_empty() { self.page(limit).await } else { Ok(batch) };
                }
                // It has read older ones again where JetStream had lost them.
                if event.log_number == expected {
                    self.checkpoint = Checkpoint::after(event);
                    batch.push(event.clone());
                }
            }
            told = self.relay.next_now();
        }
        Ok(batch)
    }

    fn patience(&self) -> Duration {
        if self.consumer.is_open() || self.relay.leads() { SILENCE } else { WITHOUT_CONSUMER }
    }

    /// What was delivered and what else is here already; what was skipped, from Postgres.
    async fn take(&mut self, delivered: Delivered, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let mut batch = Vec::new();
        let mut delivered = Some(delivered);
        let mut expected = self.checkpoint.log_number + 1;
        let mut still_to_come = 0;
        while let Some(Delivered { event, pending }) = delivered {
            if event.log_number > expected {
                // The next consumer starts from where Postgres has led us.
                self.consumer.give_up();
                return if batch.is_empty() {
                    self.page(limit).await
                } else {
                    self.accept(batch, u64::MAX, limit).await
                };
            }
            if event.log_number == expected {
                expected += 1;
                still_to_come = pending;
                batch.push(event);
            }
            if batch.len() == limit {
                break;
            }
            delivered = self.consumer.next_now();
        }
        self.accept(batch, still_to_come, limit).await
    }

    /// The batch, if the log holds it too. Only then is it behind us: a caller may have gone before we know.
    async fn accept(
        &mut self,
        batch: Vec<LogEvent>,
        still_to_come: u64,
        limit: usize,
    ) -> Result<Vec<LogEvent>, StoreError> {
        let Some(last) = batch.last() else { return Ok(batch) };
        if !self.consumer.is_trusted() {
            let recorded = &last.recorded;
            let (database, after, count) = (&self.database, self.checkpoint.position, batch.len() as u64);
            if !database.holds(recorded.position, recorded.event_id).await?
                || database.count(after, recorded.position).await? != count
            {
                // The same line for all readers: it is about the stream. The relay says which events.
                tracing::error!(
                    parent: None,
                    "DIVERGED: JetStream holds events that are not in the log; reading from Postgres alone"
                );
                self.consumer.give_up();
                return self.page(limit).await;
            }
            if still_to_come == 0 {
                self.consumer.trust();
            }
        }
        self.checkpoint = Checkpoint::after(last);
        self.far_behind = still_to_come > FAR_BEHIND;
        if self.far_behind {
            self.consumer.close();
        }
        Ok(batch)
    }

    /// The next events from the log itself. A full page means that there may be more.
    async fn page(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let Checkpoint { log_number, position } = self.checkpoint;
        let recorded = self.database.read_log(position, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
        // What comes in a later epoch has this number only if the log still holds what came before.
        if recorded.first().is_some_and(|next| next.position.epoch != position.epoch)
            && !self.database.has(position).await?
        {
            let lost = format!("position {position} is not in the log any more");
            return Err(StoreError::new(StoreErrorKind::PositionLost, "following the log", lost));
        }
        self.last_read.mark();
        let page: Vec<_> = LogEvent::numbered_after(log_number, recorded).collect();
        if let Some(last) = page.last() {
            self.checkpoint = Checkpoint::after(last);
        }
        self.far_behind = page.len() == limit;
        if self.far_behind {
            self.consumer.close();
        }
        Ok(page)
    }
}

/// A request is found here again, by its id. Whose reading it is tells the span around it.
fn trace(batch: &[LogEvent]) {
    for LogEvent { log_number, recorded } in batch {
        tracing::debug!(log_number, event_type = recorded.event_type, request_id = request_id(recorded), "followed");
    }
}
