//! Whether the log is still the one that the hub has read. After a failover or a restore it may be another: what the hub has
//! handed out may not be in it, and other events come under the same numbers. Nothing that this process keeps in memory
//! holds then, and the hub starts over (docs/operations.md).

use causerie_events::{EventId, LogEvent, Position};
use causerie_projections::{checkpoint, conversation_list};
use causerie_store::follower::Checkpoint;
use causerie_store::{Database, StoreError};

/// As many events are counted at most, from what the read models have to what was read.
const FARTHEST: u64 = 100_000;

/// The last event that the hub has read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// Its number: each event after it is handed out.
    pub(super) log_number: u64,
    pub(super) position: Position,
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
            None => database.has(self.position).await,
        }
    }

    /// Whether the log has this event under its number. What a failover loses may stand before an event that it keeps: an
    /// append at work is lost, a later one had committed. The read models lie in the same database, so they count what is there.
    pub(super) async fn has_its_number(&self, database: &Database) -> Result<bool, StoreError> {
        let counted = checkpoint::load(database.pool(), conversation_list::NAME).await?;
        if !self.holds(database).await? || counted.log_number.abs_diff(self.log_number) > FARTHEST {
            return Ok(false);
        }
        let (first, last) = (counted.position.min(self.position), counted.position.max(self.position));
        Ok(counted.log_number.abs_diff(self.log_number) == database.count(first, last).await?
            && (counted.log_number >= self.log_number) == (counted.position >= self.position))
    }
}
