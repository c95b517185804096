//! What can go wrong with the log. The kind says what a caller can do about it.

use std::error::Error;
use std::time::Duration;

/// What a caller can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// A stream that the decision read has moved: load again and decide again.
    Moved,
    /// The log is in another epoch than this process: drop what is cached, enter it and decide again.
    EpochEnded,
    /// The log does not contain the position that was asked for: it lost events. Start from what the log has.
    PositionLost,
    /// Postgres or NATS cannot be reached, or did not answer in time. Whether a write happened is not known.
    Unavailable,
    /// What is stored cannot be read, or the schema is not the one this code knows. Retrying will not help.
    Corrupt,
    /// Anything else that Postgres refused. Retrying will not help.
    Refused,
}

/// What lies behind an error.
pub type Cause = Box<dyn Error + Send + Sync>;

/// An error of the log, with its cause for the operator. No cause reaches a client.
#[derive(Debug, thiserror::Error)]
#[error("{action} failed ({kind:?})")]
pub struct StoreError {
    /// What a caller can do.
    pub kind: StoreErrorKind,
    /// What was being done.
    pub action: &'static str,
    /// The cause.
    #[source]
    pub source: Cause,
}

impl StoreError {
    /// An error of a kind that is known already.
    pub fn new(kind: StoreErrorKind, action: &'static str, source: impl Into<Cause>) -> Self {
        Self { kind, action, source: source.into() }
    }

    /// Postgres or NATS did not answer as it should, right now.
    pub fn unavailable(action: &'static str, source: impl Into<Cause>) -> Self {
        Self::new(StoreErrorKind::Unavailable, action, source)
    }

    /// An error of Postgres, by SQLSTATE and constraint.
    #[must_use]
    pub fn postgres(action: &'static str, source: sqlx::Error) -> Self {
        match PoolerError::of(&source) {
            Some(pooler) => Self::new(StoreErrorKind::Refused, action, pooler),
            None => Self { kind: kind_of(&source), action, source: source.into() },
        }
    }
}

/// A pooler that Causerie cannot work through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolerError {
    /// Transaction or statement mode.
    #[error(
        "database.url leads to a connection pooler that shares sessions between its clients (transaction or statement \
         mode); Causerie needs sessions of its own: let database.url lead to Postgres itself, or to a pooler in session mode"
    )]
    SharesSessions,
    /// It drops what it does not know of the start of a connection.
    #[error(
        "database.url leads to a connection pooler that refuses a startup parameter ({0}); let database.url lead to \
         Postgres itself, or set pool_mode = session and ignore_startup_parameters = extra_float_digits in the pooler"
    )]
    RefusesParameters(String),
    /// A setting of the session is not in force.
    #[error(
        "database.url leads to a connection pooler that does not keep the settings of a session (statement_timeout is {0}); \
         let database.url lead to Postgres itself, or to a pooler in session mode"
    )]
    LosesSettings(String),
}

impl PoolerError {
    /// What a pooler says that is not in session mode, or that does not know a parameter.
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        if let sqlx::Error::Configuration(error) = error {
            return error.downcast_ref().cloned();
        }
        let sqlx::Error::Database(error) = error else { return None };
        let message = error.message();
        if let Some((_, parameter)) = message.split_once("unsupported startup parameter: ") {
            return Some(Self::RefusesParameters(parameter.to_owned()));
        }
        // 42P05 and 26000: a prepared statement exists already, or does not, as another client's session was handed out.
        let shared = matches!(error.code().as_deref(), Some("42P05" | "26000")) || message.contains("pooling mode");
        shared.then_some(Self::SharesSessions)
    }
}

/// Whether the connection is gone, so that another one may do better. 57P01 to 57P03: ended by an operator, by a crash, or
/// the server is starting or stopping.
pub(crate) fn is_lost_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => {
            database.code().is_some_and(|state| state.starts_with("08") || state.starts_with("57P0"))
        }
        _ => false,
    }
}

/// Whether the server refused a write because it is a standby, or read-only for now.
pub(crate) fn is_read_only(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some("25006"))
}

/// Whether the time limit of a call is over: whether it took effect is not known.
pub(crate) fn is_no_answer(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut)
}

/// The error of a call that is over its time limit.
pub(crate) fn no_answer(limit: Duration) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::TimedOut,
        format!("Postgres did not answer within {} s; the connection was closed", limit.as_secs_f32()),
    ))
}

fn kind_of(error: &sqlx::Error) -> StoreErrorKind {
    match error {
        sqlx::Error::Database(database) => match (database.code().as_deref(), database.constraint()) {
            // CS001 is our own: the version check of append_events. The key is the same check once more.
            (Some("CS001"), _) | (Some("23505"), Some("events_stream")) => StoreErrorKind::Moved,
            (Some("CS005"), _) => StoreErrorKind::EpochEnded,
            // 08: connection, 53: resources (disk full, too many connections), 57P: shutting down or cancelled,
            // 55P03: lock not available, 40: deadlock or serialization. 25006: a standby that cannot write.
            (Some(state), _)
                if ["08", "53", "57", "40"].iter().any(|class| state.starts_with(class))
                    || matches!(state, "55P03" | "25006") =>
            {
                StoreErrorKind::Unavailable
            }
            _ => StoreErrorKind::Refused,
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => StoreErrorKind::Unavailable,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Refused,
    }
}
