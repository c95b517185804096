//! Conversion of times between jiff and Postgres: bound as RFC 3339 text, read as microseconds.

use jiff::Timestamp;

/// Reads what a query selected as `(extract(epoch FROM …) * 1000000)::bigint`.
pub(crate) fn from_micros(micros: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_microsecond(micros).map_err(|error| sqlx::Error::Decode(error.into()))
}
