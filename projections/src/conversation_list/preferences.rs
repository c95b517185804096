//! The preferences of a member for a conversation: muted, archived, pinned. They have their own table,
//! because they survive leaving and joining again, and because staff have preferences for
//! conversations with the business, in which they are not participants.

use causerie_events::{ConversationId, LogEvent, MemberId, ParticipationEvent, SiteId};
use causerie_store::Pool;
use sqlx::PgConnection;

use crate::error::ReadError;
use crate::ids::participant_of;

pub async fn is_archived(
    pool: &Pool,
    site: &SiteId,
    conversation: ConversationId,
    member: &MemberId,
) -> Result<bool, ReadError> {
    let archived = sqlx::query_scalar(
        "SELECT archived FROM read_models.conversation_list_preferences
          WHERE site_id = $1 AND member_id = $2 AND conversation_id = $3",
    )
    .bind(site.as_str())
    .bind(member.as_str())
    .bind(conversation.as_uuid())
    .fetch_optional(pool)
    .await?;
    Ok(archived.unwrap_or(false))
}

/// Applies a participation event. Read markers are stored with the participants.
pub(super) async fn apply(
    connection: &mut PgConnection,
    event: &LogEvent,
    participation_event: &ParticipationEvent,
) -> Result<(), sqlx::Error> {
    let (preference, value) = match participation_event {
        ParticipationEvent::ConversationMuted => ("muted", true),
        ParticipationEvent::ConversationUnmuted => ("muted", false),
        ParticipationEvent::ConversationArchived => ("archived", true),
        ParticipationEvent::ConversationUnarchived => ("archived", false),
        ParticipationEvent::ConversationPinned => ("pinned", true),
        ParticipationEvent::ConversationUnpinned => ("pinned", false),
        ParticipationEvent::ReadMarkerMoved(_) => return Ok(()),
    };
    let (conversation, member) = participant_of(event)?;
    let statement = format!(
        "INSERT INTO conversation_list_preferences (site_id, conversation_id, member_id, {preference})
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (site_id, member_id, conversation_id) DO UPDATE SET {preference} = excluded.{preference}"
    );
    sqlx::query(&statement)
        .bind(event.recorded.stream.site_id().as_str())
        .bind(conversation.as_uuid())
        .bind(member.as_str())
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}
