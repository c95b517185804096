//! Parses ids from stream names.

use causerie_events::{ConversationId, LogEvent, MemberId};
use uuid::Uuid;

/// The id of the conversation or message that an event belongs to.
pub(crate) fn uuid_of(event: &LogEvent) -> Result<Uuid, sqlx::Error> {
    event.recorded.stream.local_id().parse().map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))
}

pub(crate) fn participant_of(event: &LogEvent) -> Result<(ConversationId, MemberId), sqlx::Error> {
    let stream = &event.recorded.stream;
    stream.participant().ok_or_else(|| sqlx::Error::Decode(format!("no participation: {stream}").into()))
}
