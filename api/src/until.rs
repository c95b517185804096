//! Where a replay of the log ends: at a position, or at a time. Either way it is a prefix of the log: no event is in it whose
//! predecessors are not.

use std::str::FromStr;

use causerie_events::{Position, RecordedEvent};
use jiff::Timestamp;

/// The end of a replay. A position is included. A time ends the replay before the first event that was recorded later: times
/// do not rise along the log, and events after that one are left out although some were recorded in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// By place in the log.
    Position(Position),
    /// By the time that Postgres recorded.
    Time(Timestamp),
}

/// Neither a position nor a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a position nor a time such as 2026-11-23T09:00:00Z")]
pub struct InvalidUntil(String);

impl FromStr for Until {
    type Err = InvalidUntil;

    fn from_str(text: &str) -> Result<Self, InvalidUntil> {
        text.parse()
            .map(Self::Position)
            .or_else(|_| text.parse().map(Self::Time))
            .map_err(|_| InvalidUntil(text.chars().take(64).collect()))
    }
}

impl Until {
    /// Whether the replay ends before an event.
    #[must_use]
    pub fn ends_before(&self, recorded: &RecordedEvent) -> bool {
        match self {
            Self::Position(until) => recorded.position > *until,
            Self::Time(until) => recorded.recorded_at > *until,
        }
    }

    /// The position that the replay ends at, where it was given as one.
    #[must_use]
    pub const fn position(self) -> Option<Position> {
        match self {
            Self::Position(position) => Some(position),
            Self::Time(_) => None,
        }
    }
}
