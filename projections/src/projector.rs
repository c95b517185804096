//! What a read model implements: how events become rows, and the errors of that.

use causerie_events::{AggregateType, DecodeError, LogEvent};
use causerie_store::StoreError;
use sqlx::PgConnection;

use crate::error::ReadError;

/// Why events could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Postgres failed.
    #[error("the read model could not be written")]
    Database(#[from] sqlx::Error),
    /// The checkpoint could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log could not be followed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event could not be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The checkpoint is not where this projector left it: another works, or a rebuild was put in place.
    #[error("the checkpoint was moved by another process")]
    Moved,
}

/// What turns events into rows.
pub trait Projector: Send + Sync {
    /// The read model's name, also that of its checkpoint.
    const NAME: &'static str;
    /// Its tables: all that it writes.
    const TABLES: &'static [&'static str];
    /// The aggregates whose events it reads. All others change none of its rows.
    const READS: &'static [AggregateType];

    /// Applies events in the log's order.
    fn apply(
        &self,
        connection: &mut PgConnection,
        events: &[LogEvent],
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;

    /// Rewrites some of the rows that another version of the projector wrote by other rules, before events are applied.
    /// Returns whether there may be more of them.
    fn refresh(&self, _: &mut PgConnection) -> impl Future<Output = Result<bool, ApplyError>> + Send {
        std::future::ready(Ok(false))
    }

    /// Whether the event is one of those it reads.
    #[must_use]
    fn reads(event: &LogEvent) -> bool {
        Self::READS.contains(&event.recorded.stream.aggregate_type())
    }
}

impl ApplyError {
    /// Why an event cannot be applied, where that lies with the event: its shape, or rows that its own contradict. Names
    /// and numbers only, as what people wrote must not get into logs. None for all that may be better the next time, and
    /// for what would hold for any event, as a table that is not there.
    #[must_use]
    pub fn of_the_event(&self) -> Option<String> {
        match self {
            Self::Decode(error) => Some(error.to_string()),
            Self::Database(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }) => {
                Some("it names something that cannot be read".to_owned())
            }
            Self::Database(sqlx::Error::Database(error)) => {
                let state = error.code()?;
                // 22: data that does not fit, 23: constraints, 54: too large.
                let its_own = ["22", "23", "54"].iter().any(|class| state.starts_with(class));
                let constraint = error.constraint().unwrap_or("none");
                its_own.then(|| format!("Postgres refused it: SQLSTATE {state}, constraint {constraint}"))
            }
            Self::Database(_) | Self::Read(_) | Self::Store(_) | Self::Moved => None,
        }
    }
}
