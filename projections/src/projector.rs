//! The trait that a read model implements, and its errors.

use causerie_events::{AggregateType, DecodeError, LogEvent};
use causerie_store::StoreError;
use sqlx::PgConnection;

use crate::error::ReadError;

#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("the read model could not be written")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Another projector has advanced the checkpoint, or a rebuild was switched to.
    #[error("another process changed the checkpoint")]
    CheckpointChanged,
}

/// Turns events into rows.
pub trait Projector: Send + Sync {
    const NAME: &'static str;
    const TABLES: &'static [&'static str];
    /// Events of other aggregates change no row.
    const READS: &'static [AggregateType];

    /// Applies events in log order.
    fn apply(
        &self,
        connection: &mut PgConnection,
        events: &[LogEvent],
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;

    /// Rewrites some of the rows that another version of the projector wrote by other rules, before
    /// events are applied. Returns whether there may be more of them.
    fn refresh(&self, _: &mut PgConnection) -> impl Future<Output = Result<bool, ApplyError>> + Send {
        std::future::ready(Ok(false))
    }

    #[must_use]
    fn reads(event: &LogEvent) -> bool {
        Self::READS.contains(&event.recorded.stream.aggregate_type())
    }
}

impl ApplyError {
    /// Why an event cannot be applied, if the event is the cause: its format, or existing rows that
    /// contradict it. Contains names and numbers only, because texts of members must not get into
    /// logs. None if a retry may succeed, or if every event would fail, as with a missing table.
    #[must_use]
    pub fn of_the_event(&self) -> Option<String> {
        match self {
            Self::Decode(error) => Some(error.to_string()),
            Self::Database(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) => {
                Some("it contains an invalid id or value".to_owned())
            }
            Self::Database(sqlx::Error::Database(error)) => {
                let state = error.code()?;
                // 22: data that does not fit, 23: constraints, 54: too large.
                let is_cause = ["22", "23", "54"].iter().any(|class| state.starts_with(class));
                let constraint = error.constraint().unwrap_or("none");
                is_cause.then(|| format!("Postgres rejected it: SQLSTATE {state}, constraint {constraint}"))
            }
            Self::Database(_) | Self::Read(_) | Self::Store(_) | Self::CheckpointChanged => None,
        }
    }
}
