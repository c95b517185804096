//! Where a replay of the log begins or ends: at a position, or at a time. A replay up to a time is a prefix of the log, and one
//! after the same time is the rest: no event is in both, and none in neither.

use std::str::FromStr;

use causerie_events::{Position, RecordedEvent};
use causerie_store::{Database, StoreError};
use jiff::Timestamp;

/// A bound of a replay. Times do not rise along the log, so a time stands for a place: right before the first event, in the
/// order of the log, that was recorded later. Events behind that one belong behind the bound, although some were recorded in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogBound {
    /// By place in the log.
    Position(Position),
    /// By the time that Postgres recorded.
    Time(Timestamp),
}

/// Neither a position nor a time.
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
    /// Whether a replay up to here ends before an event. A position is included.
    #[must_use]
    pub fn ends_before(&self, recorded: &RecordedEvent) -> bool {
        match self {
            Self::Position(until) => recorded.position > *until,
            Self::Time(until) => recorded.recorded_at > *until,
        }
    }

    /// The position, where it was given as one.
    #[must_use]
    pub const fn position(self) -> Option<Position> {
        match self {
            Self::Position(position) => Some(position),
            Self::Time(_) => None,
        }
    }

    /// The position that a replay from here on comes after. Cost of a time: linear in what the log has before it.
    pub async fn start(self, database: &Database) -> Result<Position, StoreError> {
        match self {
            Self::Position(position) => Ok(position),
            Self::Time(time) => database.position_at_time(time).await,
        }
    }
}
