//! The start or end of a replay of the log: a position or a time. A replay up to a time is a prefix of the log, and a
//! replay after the same time is the rest, so each event is in exactly one of them.

use std::str::FromStr;

use causerie_events::{Position, RecordedEvent};
use causerie_store::{Database, StoreError};
use jiff::Timestamp;

/// A bound of a replay. The times of events do not always increase along the log, so a time means the position right before
/// the first event that was recorded later. All events from there on are behind the bound, even those with an earlier time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogBound {
    Position(Position),
    /// Compared with the time at which Postgres recorded an event.
    Time(Timestamp),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a position nor a time such as 2026-11-23T09:00:00Z")]
pub struct InvalidLogBound(String);

impl FromStr for LogBound {
    type Err = InvalidLogBound;

    fn from_str(text: &str) -> Result<Self, InvalidLogBound> {
        text.parse()
            .map(Self::Position)
            .or_else(|_| text.parse().map(Self::Time))
            .map_err(|_| InvalidLogBound(text.chars().take(64).collect()))
    }
}

impl LogBound {
    /// Whether a replay up to this bound excludes the event. A replay up to a position includes that position.
    #[must_use]
    pub fn ends_before(&self, recorded: &RecordedEvent) -> bool {
        match self {
            Self::Position(until) => recorded.position > *until,
            Self::Time(until) => recorded.recorded_at > *until,
        }
    }

    #[must_use]
    pub const fn position(self) -> Option<Position> {
        match self {
            Self::Position(position) => Some(position),
            Self::Time(_) => None,
        }
    }

    /// The position after which a replay from this bound starts. For a time, the cost is linear in the number of earlier events.
    pub async fn start(self, database: &Database) -> Result<Position, StoreError> {
        match self {
            Self::Position(position) => Ok(position),
            Self::Time(time) => database.position_at_time(time).await,
        }
    }
}
