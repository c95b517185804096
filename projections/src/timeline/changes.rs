//! Changes of messages: edits, deletions, reactions. Each affects only a message with a lower log
//! number that is not deleted.

use causerie_events::message::Reaction;
use causerie_events::{LogEvent, MessageEvent};
use sqlx::PgConnection;

use crate::checkpoint::signed;
use crate::ids::uuid_of;

pub(super) async fn apply(
    connection: &mut PgConnection,
    event: &LogEvent,
    change: &MessageEvent,
) -> Result<(), sqlx::Error> {
    let site = event.recorded.stream.site_id().as_str();
    let on_message = |statement| -> Result<_, sqlx::Error> {
        Ok(sqlx::query(statement).bind(site).bind(uuid_of(event)?).bind(signed(event.log_number)))
    };
    match change {
        MessageEvent::MessageSent(_) => return Ok(()),
        MessageEvent::MessageEdited(edited) => on_message(
            "UPDATE timeline SET text = $4, edited_at = $5::text::timestamptz
              WHERE site_id = $1 AND message_id = $2 AND log_number < $3 AND NOT deleted",
        )?
        .bind(edited.text.as_str().to_owned())
        .bind(edited.edited_at.to_string()),
        MessageEvent::MessageDeleted(_) => on_message(
            "WITH gone AS (
               UPDATE timeline SET text = '', deleted = true, deleted_log_number = coalesce(deleted_log_number, $3)
                WHERE site_id = $1 AND message_id = $2 AND log_number < $3 RETURNING site_id, conversation_id
             ), reactions AS (
               DELETE FROM timeline_reactions WHERE site_id = $1 AND message_id = $2 AND EXISTS (SELECT 1 FROM gone))
             UPDATE timeline_conversations c SET log_number = greatest(c.log_number, $3) FROM gone
              WHERE c.site_id = gone.site_id AND c.conversation_id = gone.conversation_id",
        )?,
        MessageEvent::ReactionAdded(Reaction { member_id, emoji, .. }) => on_message(
            "INSERT INTO timeline_reactions (site_id, message_id, emoji, member_id, log_number)
             SELECT site_id, message_id, $4, $5, $3 FROM timeline
              WHERE site_id = $1 AND message_id = $2 AND log_number < $3 AND NOT deleted
             ON CONFLICT DO NOTHING",
        )?
        .bind(emoji.as_str().to_owned())
        .bind(member_id.as_str().to_owned()),
        MessageEvent::ReactionRemoved(Reaction { member_id, emoji, .. }) => on_message(
            "DELETE FROM timeline_reactions
              WHERE site_id = $1 AND message_id = $2 AND log_number < $3 AND emoji = $4 AND member_id = $5",
        )?
        .bind(emoji.as_str().to_owned())
        .bind(member_id.as_str().to_owned()),
    }
    .execute(connection)
    .await?;
    Ok(())
}
