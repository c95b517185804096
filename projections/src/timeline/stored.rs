//! Messages by their ids, for the live stream.

use std::collections::HashMap;
use std::time::Duration;

use causerie_events::{ConversationId, MemberId, MessageId, SiteId};
use causerie_store::Pool;
use sqlx::Row;
use tokio::time::Instant;
use uuid::Uuid;

use crate::checkpoint::number;
use crate::error::ReadError;
use crate::member_list::sql::blocked;
use crate::progress::WaitError;
use crate::timeline::MessageView;
use crate::timeline::view::{COLUMNS, message_by_id};

const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// The numbers of a message, which never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessagePlace {
    /// The number in the conversation.
    pub seq: i64,
    /// The log number of its `MessageSent`.
    pub log_number: u64,
}

/// The numbers of a message. Waits until the read model contains it, or has passed the given event, which is at or after
/// the `MessageSent`. None if it has passed the event without the message: events of the conversation are parked.
pub async fn place_of(
    pool: &Pool,
    site: &SiteId,
    message: MessageId,
    log_number: u64,
    limit: Duration,
) -> Result<Option<MessagePlace>, WaitError> {
    let deadline = Instant::now() + limit;
    loop {
        // One statement, so one snapshot.
        let row = sqlx::query(
            "SELECT coalesce((SELECT log_number FROM read_models.projection_checkpoints WHERE projection = $3), 0) AS reached,
                    t.seq, t.log_number
               FROM (VALUES (1)) one LEFT JOIN read_models.timeline t ON t.site_id = $1 AND t.message_id = $2",
        )
        .bind(site.as_str())
        .bind(message.as_uuid())
        .bind(super::NAME)
        .fetch_one(pool)
        .await
        .map_err(ReadError::from)?;
        let read = || -> Result<_, sqlx::Error> {
            let place = match row.try_get::<Option<i64>, _>("seq")? {
                Some(seq) => Some(MessagePlace { seq, log_number: number(row.try_get("log_number")?)? }),
                None => None,
            };
            Ok((place, number(row.try_get("reached")?)?))
        };
        let (place, reached) = read().map_err(ReadError::from)?;
        if place.is_some() || reached >= log_number {
            return Ok(place);
        }
        if Instant::now() + POLL_INTERVAL > deadline {
            return Err(WaitError::Behind(super::NAME.to_owned()));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessages {
    /// The log number of the checkpoint in the same snapshot.
    pub log_number: u64,
    /// By id, with their conversations.
    pub messages: HashMap<Uuid, (ConversationId, MessageView)>,
}

/// Those of these messages that this member may read, as in [`super::list`]. One statement, so one
/// snapshot.
pub async fn get_many(
    pool: &Pool,
    site: &SiteId,
    member: &MemberId,
    staff: bool,
    messages: &[Uuid],
) -> Result<StoredMessages, ReadError> {
    let statement = format!(
        "SELECT {COLUMNS}, t.conversation_id, t.author_id <> $2 AND {} AS collapsed, c.log_number AS reached
           FROM read_models.projection_checkpoints c
           LEFT JOIN (
             SELECT m.*, coalesce(p.first_seq, CASE WHEN $3 AND v.kind = 'business' THEN 1 END) AS first_seq
               FROM read_models.timeline m
               JOIN read_models.timeline_conversations v ON v.site_id = m.site_id AND v.conversation_id = m.conversation_id
               LEFT JOIN read_models.timeline_participants p
                 ON p.site_id = m.site_id AND p.conversation_id = m.conversation_id AND p.member_id = $2
              WHERE m.site_id = $1 AND m.message_id = ANY($4)
           ) t ON t.seq >= t.first_seq
           LEFT JOIN {} q ON q.conversation_id = t.conversation_id AND q.seq >= t.first_seq
          WHERE c.projection = $5",
        blocked!("$1", "$2", "t.author_id"),
        message_by_id!("read_models.timeline", "t.site_id", "t.reply_to")
    );
    let rows = sqlx::query(&statement)
        .bind(site.as_str())
        .bind(member.as_str())
        .bind(staff)
        .bind(messages)
        .bind(super::NAME)
        .fetch_all(pool)
        .await?;
    let mut stored = StoredMessages { log_number: 0, messages: HashMap::new() };
    for row in &rows {
        stored.log_number = number(row.try_get("reached")?)?;
        if row.try_get::<Option<Uuid>, _>("message_id")?.is_some() {
            let view = MessageView { collapsed: row.try_get("collapsed")?, ..MessageView::of(row)? };
            let conversation = row.try_get::<Uuid, _>("conversation_id")?.into();
            stored.messages.insert(view.id, (conversation, view));
        }
    }
    Ok(stored)
}
