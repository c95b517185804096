//! Where a replay of the log ends: at a position, or at a moment.

use std::str::FromStr;

use causerie_events::{Position, RecordedEvent};
use jiff::Timestamp;

/// The end of a replay, itself included.
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
    /// Whether an event still belongs to the replay.
    #[must_use]
    pub fn includes(&self, recorded: &RecordedEvent) -> bool {
        match self {
            Self::Position(until) => recorded.position <= *until,
            Self::Time(until) => recorded.recorded_at <= *until,
        }
    }
}
