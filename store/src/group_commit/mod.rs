//! Group commit: sends wait in a queue, and a few writers append the queued ones in one call, with
//! an outcome for each. An idle writer appends a send immediately; under load batches grow.
//!
//! One commit contains many messages, so a disk with a few thousand syncs per second stores tens of
//! thousands of durable sends.

mod batch;
mod writer;

use std::sync::Arc;

use causerie_events::{Position, StreamId};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::append::NewEvent;
use crate::database::Database;
use crate::error::StoreError;
use crate::relay::Wake;

const MAX_BATCH_COMMANDS: usize = 128;
/// While one writer waits for the disk, the other collects the next batch. More writers make the
/// batches smaller.
const WRITER_COUNT: usize = 2;
/// Commands that do not fit are rejected immediately: the service is overloaded.
const MAX_QUEUED_COMMANDS: usize = 4096;

/// A command that creates a stream with one event.
#[derive(Debug)]
pub struct FirstEvent {
    pub epoch: u16,
    /// The event, sequence 1 of a new stream.
    pub event: NewEvent,
    /// The streams that the decision read, with the version it saw (0: did not exist).
    pub reads: Vec<(StreamId, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppendOutcome {
    Appended(Position),
    /// The stream exists already; nothing was written.
    Duplicate,
    /// The version of a stream that was read has changed; nothing was written.
    VersionConflict,
}

#[derive(Debug, thiserror::Error)]
pub enum GroupCommitError {
    /// The queue is full; nothing was written.
    #[error("the queue of commands is full")]
    Full,
    #[error(transparent)]
    Store(Arc<StoreError>),
    #[error("the service is stopping")]
    Stopped,
}

struct QueuedCommand {
    command: FirstEvent,
    response: oneshot::Sender<Result<AppendOutcome, Arc<StoreError>>>,
}

type Queue = Arc<Mutex<mpsc::Receiver<QueuedCommand>>>;

/// Appends commands that create a stream. Clones share the queue.
#[derive(Debug, Clone)]
pub struct GroupCommit {
    queue: mpsc::Sender<QueuedCommand>,
}

impl std::fmt::Debug for QueuedCommand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueuedCommand").field("command", &self.command).finish_non_exhaustive()
    }
}

impl GroupCommit {
    /// Starts the writers. They stop on cancellation, after the current batch.
    #[must_use]
    pub fn start(database: &Database, wake: &Wake, stop: &CancellationToken, tasks: &TaskTracker) -> Self {
        let (queue, entries) = mpsc::channel(MAX_QUEUED_COMMANDS);
        let entries: Queue = Arc::new(Mutex::new(entries));
        for _ in 0..WRITER_COUNT {
            tasks.spawn(writer::run(database.clone(), Arc::clone(&entries), wake.clone(), stop.clone()));
        }
        Self { queue }
    }

    /// The number of queued commands.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Appends the command together with other queued ones. Dropping the future does not cancel it.
    pub async fn append(&self, command: FirstEvent) -> Result<AppendOutcome, GroupCommitError> {
        let (response, receiver) = oneshot::channel();
        self.queue.try_send(QueuedCommand { command, response }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => GroupCommitError::Full,
            mpsc::error::TrySendError::Closed(_) => GroupCommitError::Stopped,
        })?;
        receiver.await.map_err(|_| GroupCommitError::Stopped)?.map_err(GroupCommitError::Store)
    }
}
