//! Errors of the store. The kind determines what a caller can do.

use std::error::Error;
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The version of a stream that the decision read has changed: load it and decide again.
    VersionConflict,
    /// The log is in another epoch than this process: drop the caches, enter it and decide again.
    EpochEnded,
    /// The log does not contain the requested position: it lost events. Start again from the log.
    PositionLost,
    /// Postgres or NATS is unreachable, or did not respond in time. Whether a write happened is
    /// unknown.
    Unavailable,
    /// The stored data cannot be read, or the schema is unknown. A retry does not help.
    Corrupt,
    /// Postgres or NATS rejected the request. A retry does not help.
    Refused,
}

pub type Cause = Box<dyn Error + Send + Sync>;

/// The cause is for the operator and never reaches a client.
#[derive(Debug, thiserror::Error)]
#[error("{action} failed ({kind:?})")]
pub struct StoreError {
    pub kind: StoreErrorKind,
    /// What failed, as a gerund: "appending to the log".
    pub action: &'static str,
    #[source]
    pub source: Cause,
}

impl StoreError {
    pub fn new(kind: StoreErrorKind, action: &'static str, source: impl Into<Cause>) -> Self {
        Self { kind, action, source: source.into() }
    }

    pub fn unavailable(action: &'static str, source: impl Into<Cause>) -> Self {
        Self::new(StoreErrorKind::Unavailable, action, source)
    }

    /// Derives the kind from SQLSTATE and constraint.
    #[must_use]
    pub fn postgres(action: &'static str, source: sqlx::Error) -> Self {
        match PoolerError::of(&source) {
            Some(pooler) => Self::new(StoreErrorKind::Refused, action, pooler),
            None => Self { kind: kind_of(&source), action, source: source.into() },
        }
    }
}

/// A pooler that Causerie cannot use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PoolerError {
    /// Transaction or statement mode.
    #[error(
        "database.url leads to a connection pooler that shares sessions between its clients (transaction or statement \
         mode); Causerie needs sessions of its own: let database.url lead to Postgres itself, or to a pooler in session mode"
    )]
    SharesSessions,
    /// It rejects unknown startup parameters.
    #[error(
        "database.url leads to a connection pooler that refuses a startup parameter ({0}); let database.url lead to \
         Postgres itself, or set pool_mode = session and ignore_startup_parameters = extra_float_digits in the pooler"
    )]
    RefusesParameters(String),
    /// A setting of the session has no effect.
    #[error(
        "database.url leads to a connection pooler that does not keep the settings of a session (statement_timeout is {0}); \
         let database.url lead to Postgres itself, or to a pooler in session mode"
    )]
    LosesSettings(String),
}

impl PoolerError {
    /// Recognises the errors of a pooler that is not in session mode, or that does not know a
    /// parameter.
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        if let sqlx::Error::Configuration(error) = error {
            return error.downcast_ref().cloned();
        }
        let sqlx::Error::Database(error) = error else { return None };
        let message = error.message();
        if let Some((_, parameter)) = message.split_once("unsupported startup parameter: ") {
            return Some(Self::RefusesParameters(parameter.to_owned()));
        }
        // 42P05 and 26000: a prepared statement exists, or does not, because the session is another
        // client's.
        let shared = matches!(error.code().as_deref(), Some("42P05" | "26000")) || message.contains("pooling mode");
        shared.then_some(Self::SharesSessions)
    }
}

/// Whether the connection is lost, so that another one may succeed. 57P01 to 57P03: ended by an
/// operator or a crash, or the server is starting or stopping.
pub(crate) fn is_lost_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(database) => {
            database.code().is_some_and(|state| state.starts_with("08") || state.starts_with("57P0"))
        }
        _ => false,
    }
}

/// Whether the server rejected a write because it is a standby or read-only.
pub(crate) fn is_read_only(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some("25006"))
}

/// Whether a call exceeded its limit, so that its effect is unknown.
pub(crate) fn is_no_response(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut)
}

pub(crate) fn no_response(limit: Duration) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::TimedOut,
        format!("Postgres did not respond within {} s; the connection was closed", limit.as_secs_f32()),
    ))
}

fn kind_of(error: &sqlx::Error) -> StoreErrorKind {
    match error {
        sqlx::Error::Database(database) => match (database.code().as_deref(), database.constraint()) {
            // CS001 is the version check of append_events; the primary key checks the same.
            (Some("CS001"), _) | (Some("23505"), Some("events_stream")) => StoreErrorKind::VersionConflict,
            (Some("CS005"), _) => StoreErrorKind::EpochEnded,
            // 08: connection, 53: resources (disk full, too many connections), 57P: shutting down
            // or cancelled, 55P03: lock not available, 40: deadlock or serialization. 25006: a
            // standby that cannot write.
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
