//! Ids out of stream names.

use causerie_events::LogEvent;
use uuid::Uuid;

/// The id of the conversation or message that an event belongs to.
pub(crate) fn uuid_of(event: &LogEvent) -> Result<Uuid, sqlx::Error> {
    event.recorded.stream.local_id().parse().map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))
}
