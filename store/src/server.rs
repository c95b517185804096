//! Checks of the Postgres server and of the options to connect to it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgConnectOptions;

use crate::error::{StoreError, StoreErrorKind};
use crate::pool::Pool;

const MIN_SERVER_VERSION: i32 = 150_000;
const ACTION: &str = "checking the Postgres server";

#[derive(Clone)]
pub struct DatabaseOptions {
    /// `postgres://user:password@host:port/database`.
    pub url: String,
    pub max_connections: u32,
    pub statement_timeout: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    #[error("database.url is not valid ({0}); it must be postgres://user:password@host:port/database")]
    Url(String),
    #[error(
        "database.url names several hosts; it must name one, which leads to the primary (a virtual address, a proxy, the service \
         of an operator)"
    )]
    SeveralHosts,
    #[error("database.max_connections is 0; it must be at least 1")]
    NoConnections,
    /// Postgres accepts milliseconds of 31 bits; 0 means no limit.
    #[error("database.statement_timeout_ms is {0}; it must be from 1 to 2147483647")]
    StatementTimeout(u128),
    /// Text is UTF-8.
    #[error(
        "the database has the encoding {0}, which cannot hold all texts; create it with ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding(String),
    #[error("Postgres {0} is too old; Causerie needs 15 or later")]
    Version(String),
    #[error(
        "database.url leads to a server that accepts no writes (a standby, or default_transaction_read_only); let it lead to \
         the primary"
    )]
    ReadOnly,
}

impl fmt::Debug for DatabaseOptions {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseOptions").field("place", &self.place()).finish_non_exhaustive()
    }
}

impl DatabaseOptions {
    /// The options of the driver. Connects to no server.
    pub fn parse(&self) -> Result<PgConnectOptions, ServerError> {
        if self.max_connections == 0 {
            return Err(ServerError::NoConnections);
        }
        let timeout = self.statement_timeout.as_millis();
        if timeout == 0 || timeout > i32::MAX.unsigned_abs().into() {
            return Err(ServerError::StatementTimeout(timeout));
        }
        let Some((scheme @ ("postgres" | "postgresql"), rest)) = self.url.split_once("://") else {
            return Err(ServerError::Url("it does not begin with postgres://".to_owned()));
        };
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        if hosts.contains(',') || query.split('&').any(|pair| pair.starts_with("host=") && pair.contains(',')) {
            return Err(ServerError::SeveralHosts);
        }
        PgConnectOptions::from_str(&format!("{scheme}://{rest}")).map_err(|error| {
            let reason = match &error {
                sqlx::Error::Configuration(reason) => reason.to_string(),
                other => other.to_string(),
            };
            ServerError::Url(reason)
        })
    }

    /// The address for messages, without user and password.
    #[must_use]
    pub fn place(&self) -> String {
        self.parse().map_or_else(
            |_| "database.url".to_owned(),
            |options| match options.get_socket() {
                Some(socket) => socket.display().to_string(),
                None => format!("{}:{}", options.get_host(), options.get_port()),
            },
        )
    }
}

impl ServerError {
    pub(crate) fn refused(self) -> StoreError {
        StoreError::new(StoreErrorKind::Refused, ACTION, self)
    }
}

/// Rejects a server that is too old, and a database whose encoding cannot represent every text.
pub(crate) async fn require_suitable(pool: &Pool) -> Result<(), StoreError> {
    let failed = |source| StoreError::postgres(ACTION, source);
    let statement = "SELECT current_setting('server_encoding'), current_setting('server_version_num')::int,
                        current_setting('server_version')";
    let row = sqlx::query(statement).fetch_one(pool).await.map_err(failed)?;
    let encoding: String = row.try_get(0).map_err(failed)?;
    if row.try_get::<i32, _>(1).map_err(failed)? < MIN_SERVER_VERSION {
        return Err(ServerError::Version(row.try_get(2).map_err(failed)?).refused());
    }
    if encoding != "UTF8" {
        return Err(ServerError::Encoding(encoding).refused());
    }
    Ok(())
}

/// The number of connections that the server accepts from roles that are not superusers.
pub(crate) async fn max_connections(pool: &Pool) -> Result<u32, StoreError> {
    let statement =
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int";
    let connections: i32 =
        sqlx::query_scalar(statement).fetch_one(pool).await.map_err(|source| StoreError::postgres(ACTION, source))?;
    Ok(u32::try_from(connections).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn options(url: &str) -> DatabaseOptions {
        DatabaseOptions { url: url.to_owned(), max_connections: 1, statement_timeout: Duration::from_secs(5) }
    }

    #[test]
    fn wrong_values_are_named_without_the_password() {
        for (url, sentence) in [
            ("nonsense", "does not begin with postgres://"),
            ("nats://x:hunter2@h/x", "does not begin with postgres://"),
            ("postgres://u:hunter2@a:1,b:2/x", "several hosts"),
            ("postgres:///x?host=a,b", "several hosts"),
            ("postgres://u:hunter2@a:99999/x", "invalid port number"),
            ("postgres://u:hunter2@a/x?sslmode=perhaps", "unknown value \"perhaps\""),
        ] {
            let said = options(url).parse().unwrap_err().to_string();
            assert!(said.contains(sentence) && !said.contains("hunter2"), "{url}: {said}");
        }
        let valid = options("postgres://u:hunter2@a:1/x");
        assert_eq!(valid.place(), "a:1");
        let output = format!("{valid:?}");
        assert!(!output.contains("hunter2"), "{output}");
        assert!(options("postgres://u:a,b@h/x").parse().is_ok());
        assert!(DatabaseOptions { max_connections: 0, ..options("postgres://h/x") }.parse().is_err());
        for milliseconds in [0, 1 << 31] {
            let statement_timeout = Duration::from_millis(milliseconds);
            assert!(DatabaseOptions { statement_timeout, ..options("postgres://h/x") }.parse().is_err());
        }
    }
}
