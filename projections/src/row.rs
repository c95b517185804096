//! Conversion of values of rows: times, and enums that are stored by their name in JSON.

use jiff::Timestamp;
use serde::de::value::Error;
use serde::de::{DeserializeOwned, IntoDeserializer};

/// Reads what a query selected as `(extract(epoch FROM …) * 1000000)::bigint`.
pub(crate) fn from_micros(micros: i64) -> Result<Timestamp, sqlx::Error> {
    Timestamp::from_microsecond(micros).map_err(|error| sqlx::Error::Decode(error.into()))
}

pub(crate) fn from_name<T: DeserializeOwned>(name: &str) -> Result<T, sqlx::Error> {
    T::deserialize(name.into_deserializer()).map_err(|error: Error| sqlx::Error::Decode(error.into()))
}
