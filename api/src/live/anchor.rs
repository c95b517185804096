//! Checks whether the log still contains the events that the hub has read. After a failover or a
//! restore it may not, and cached state is then invalid, so the hub restarts (docs/operations.md).

use causerie_events::{EventId, LogEvent, Position};
use causerie_projections::{checkpoint, conversation_list};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, StoreError};

/// Maximum distance between the read model and the hub. A longer one counts as a loss.
const MAX_COUNTED_EVENTS: u64 = 100_000;

/// The last event that the hub has read.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogAnchor {
    /// The hub dispatches each event after this number.
    pub(super) log_number: u64,
    pub(super) position: Position,
    /// `None` for the checkpoint from which the hub has started.
    event: Option<EventId>,
}

impl LogAnchor {
    pub(super) const fn start(Checkpoint { log_number, position }: Checkpoint) -> Self {
        Self { log_number, position, event: None }
    }

    pub(super) fn at(LogEvent { log_number, recorded }: &LogEvent) -> Self {
        Self { log_number: *log_number, position: recorded.position, event: Some(recorded.event_id) }
    }

    /// Whether the log contains this event, by its id: a restore may reuse the position.
    pub(super) async fn holds(&self, database: &Database) -> Result<bool, StoreError> {
        match self.event {
            Some(event) => database.holds(self.position, event).await,
            None => database.has(self.position).await,
        }
    }

    /// Whether the log contains this event under its number. A failover can lose an append in
    /// progress before an event that it keeps. The checkpoint of a read model counts the events of
    /// the database.
    pub(super) async fn has_same_number(&self, database: &Database) -> Result<bool, StoreError> {
        let counted = checkpoint::load(database.pool(), conversation_list::NAME).await?;
        if !self.holds(database).await? || counted.log_number.abs_diff(self.log_number) > MAX_COUNTED_EVENTS {
            return Ok(false);
        }
        let (first, last) = (counted.position.min(self.position), counted.position.max(self.position));
        Ok(counted.log_number.abs_diff(self.log_number) == database.count(first, last).await?
            && (counted.log_number >= self.log_number) == (counted.position >= self.position))
    }
}
