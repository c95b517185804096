//! Whether the log is still the one that the hub has read. Postgres restored to an older copy is another log: what the hub has
//! handed out may not be in it, and other events come under the same numbers. Nothing that this process keeps in memory
//! holds then, so it says so and has to be started again (docs/operations.md).

use causerie_events::{EventId, LogEvent, Position};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, StoreError};

/// The last event that the hub has read.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Anchor {
    /// Its number: each event after it is handed out.
    pub(super) log_number: u64,
    position: Position,
    /// Not known of the checkpoint that the hub has started from.
    event: Option<EventId>,
}

impl Anchor {
    pub(super) const fn start(Checkpoint { log_number, position }: Checkpoint) -> Self {
        Self { log_number, position, event: None }
    }

    pub(super) fn at(LogEvent { log_number, recorded }: &LogEvent) -> Self {
        Self { log_number: *log_number, position: recorded.position, event: Some(recorded.event_id) }
    }

    /// Whether the log has this event, by its id: after a restore another one may come to its place.
    pub(super) async fn holds(&self, database: &Database) -> Result<bool, StoreError> {
        match self.event {
            Some(event) => database.holds(self.position, event).await,
            None if self.position == Position::START => Ok(true),
            None => database.has(self.position).await,
        }
    }
}
