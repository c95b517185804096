//! The NATS subject grammar: `causerie.v1.<site>.<aggregate>.<event_snake_case>`.
//!
//! No conversation, member or message ids: every distinct subject uses memory of the server.

use crate::id::SiteId;
use crate::record::RecordedEvent;

/// Matches every subject of the log's stream.
pub const ALL_SUBJECTS: &str = "causerie.v1.>";

/// Matches every subject of a site.
#[must_use]
pub fn site_subjects(site: &SiteId) -> String {
    format!("causerie.v1.{site}.>")
}

/// The subject an event is published on, for example `causerie.v1.acme.message.message_sent`.
#[must_use]
pub fn event_subject(recorded: &RecordedEvent) -> String {
    format!(
        "causerie.v1.{}.{}.{}",
        recorded.stream.site_id(),
        recorded.stream.aggregate_type().as_str(),
        snake_case(&recorded.event_type)
    )
}

pub(crate) fn snake_case(event_type: &str) -> String {
    let mut snake = String::with_capacity(event_type.len() + 4);
    for (index, character) in event_type.char_indices() {
        if character.is_ascii_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_types_become_snake_case() {
        assert_eq!(snake_case("MessageSent"), "message_sent");
        assert_eq!(snake_case("MemberChatEnabled"), "member_chat_enabled");
    }
}
