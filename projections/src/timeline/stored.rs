//! Messages by their id, for the live stream.

use std::collections::HashMap;
use std::time::Duration;

use causerie_events::{ConversationId, LogEvent, MessageId, SiteId};
use causerie_store::Pool;
use sqlx::Row;
use uuid::Uuid;

use crate::checkpoint::number;
use crate::error::ReadError;
use crate::progress;
use crate::timeline::MessageView;
use crate::timeline::view::COLUMNS;

/// A message as it stands, for no reader in particular. Whoever shows it to one has to leave out the preview of what that
/// reader may not read, and to say whether it is collapsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The message; not collapsed.
    pub view: MessageView,
    /// The conversation it is in.
    pub conversation: ConversationId,
    /// Where it was sent in the log.
    pub log_number: u64,
    /// Where the message that it answers was sent in the log.
    pub reply_log_number: Option<u64>,
}

/// A message by its id.
pub async fn get(pool: &Pool, site: &SiteId, message: MessageId) -> Result<Option<Stored>, ReadError> {
    let statement = format!(
        "SELECT {COLUMNS}, t.conversation_id, t.log_number, q.log_number AS q_log_number
           FROM timeline t
           LEFT JOIN timeline q ON q.site_id = t.site_id AND q.message_id = t.reply_to
                               AND q.conversation_id = t.conversation_id
          WHERE t.site_id = $1 AND t.message_id = $2"
    );
    let row = sqlx::query(&statement).bind(site.as_str()).bind(message.as_uuid()).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Stored {
        view: MessageView::of(&row)?,
        conversation: row.try_get::<Uuid, _>("conversation_id")?.into(),
        log_number: number(row.try_get("log_number")?)?,
        reply_log_number: row.try_get::<Option<i64>, _>("q_log_number")?.map(number).transpose()?,
    }))
}

/// The number that a sent message has in its conversation. Waits until the read model has got to it; fails where that
/// takes longer than the limit.
pub async fn seq_of(pool: &Pool, sent: &LogEvent, limit: Duration) -> Result<i64, ReadError> {
    progress::wait_until(pool, super::NAME, limit, |checkpoint| checkpoint.log_number >= sent.log_number).await?;
    let seq = sqlx::query_scalar("SELECT seq FROM timeline WHERE site_id = $1 AND message_id = $2::text::uuid")
        .bind(sent.recorded.stream.site_id().as_str())
        .bind(sent.recorded.stream.local_id())
        .fetch_one(pool)
        .await?;
    Ok(seq)
}

/// The numbers of messages of a site, those that the read model has.
pub async fn seqs_of(pool: &Pool, site: &SiteId, messages: &[Uuid]) -> Result<HashMap<Uuid, i64>, ReadError> {
    let rows: Vec<(Uuid, i64)> =
        sqlx::query_as("SELECT message_id, seq FROM timeline WHERE site_id = $1 AND message_id = ANY($2)")
            .bind(site.as_str())
            .bind(messages)
            .fetch_all(pool)
            .await?;
    Ok(rows.into_iter().collect())
}
