//! Group commit: sends queue in the process; a few writers each take what is there and append it in one call, with a
//! verdict for each. An idle writer takes a send at once; under load batches grow by themselves.
//!
//! One commit then carries many messages, so that a disk that syncs a few thousand times a second takes tens of thousands
//! of durable sends.

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

/// Commands in one append.
const BATCH: usize = 128;
/// Appends at work at once: while one waits for the disk, the next is put together. More make the batches smaller.
const WRITERS: usize = 2;
/// Commands that may wait. A full queue means that the service has more to do than it can: the caller is told at once.
const QUEUE: usize = 4096;

/// A command that creates a stream with one event.
#[derive(Debug)]
pub struct FirstEvent {
    /// The epoch of the log that the decision was made in.
    pub epoch: u16,
    /// The event, sequence 1 of a new stream.
    pub event: NewEvent,
    /// The streams that the decision read, with the version it saw (0: did not exist).
    pub reads: Vec<(StreamId, u64)>,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is in the log, durably.
    Appended(Position),
    /// The stream exists already; nothing was written.
    Duplicate,
    /// A stream that was read has moved; nothing was written.
    Moved,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum GroupCommitError {
    /// The queue is full; nothing was written.
    #[error("the queue of commands is full")]
    Full,
    /// The log failed.
    #[error(transparent)]
    Store(Arc<StoreError>),
    /// The writers have stopped.
    #[error("the service is stopping")]
    Stopped,
}

struct Entry {
    command: FirstEvent,
    answer: oneshot::Sender<Result<Verdict, Arc<StoreError>>>,
}

type Queue = Arc<Mutex<mpsc::Receiver<Entry>>>;

/// The way in for commands that create a stream. Clones share the queue.
#[derive(Debug, Clone)]
pub struct GroupCommit {
    queue: mpsc::Sender<Entry>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("command", &self.command).finish_non_exhaustive()
    }
}

impl GroupCommit {
    /// Starts the writers. They end when told to stop, after the batch at hand.
    #[must_use]
    pub fn start(database: &Database, wake: &Wake, stop: &CancellationToken, tasks: &TaskTracker) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        let entries: Queue = Arc::new(Mutex::new(entries));
        for _ in 0..WRITERS {
            tasks.spawn(writer::run(database.clone(), Arc::clone(&entries), wake.clone(), stop.clone()));
        }
        Self { queue }
    }

    /// How many commands are waiting now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Appends with whatever else is waiting. The command is written or not, whole; a caller that goes away cancels nothing.
    pub async fn append(&self, command: FirstEvent) -> Result<Verdict, GroupCommitError> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send(Entry { command, answer }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => GroupCommitError::Full,
            mpsc::error::TrySendError::Closed(_) => GroupCommitError::Stopped,
        })?;
        answered.await.map_err(|_| GroupCommitError::Stopped)?.map_err(GroupCommitError::Store)
    }
}
