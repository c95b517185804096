//! ListMessages.

use std::time::Duration;

use causerie_events::message::MessageSent;
use causerie_events::{ConversationId, LogEvent, MemberId, MessageId, SiteId};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{PgPool, Row};
use uuid::Uuid;

use crate::error::ReadError;
use crate::progress;
use crate::time::from_micros;
use crate::timeline::{Around, Page, Window};

/// A message, as its readers see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageView {
    /// Its id.
    pub id: Uuid,
    /// Who sent it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// Its number in the conversation, from 1 without a hole.
    pub seq: i64,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it was last edited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Whether only a placeholder is left.
    pub deleted: bool,
    /// The message it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Uuid>,
    /// How readers reacted.
    pub reactions: Vec<serde_json::Value>,
}

impl MessageView {
    /// A message right after it was sent.
    #[must_use]
    pub fn sent(id: Uuid, sent: &MessageSent, seq: i64) -> Self {
        Self {
            id,
            author: sent.author_id.to_string(),
            text: sent.text.as_str().to_owned(),
            seq,
            sent_at: sent.sent_at,
            edited_at: None,
            deleted: false,
            reply_to: sent.reply_to.map(MessageId::as_uuid),
            reactions: Vec::new(),
        }
    }
}

/// Part of a conversation's timeline, as far back as this member may read; none when the member is not in it, or when the
/// message asked for is not there. Cost: linear in the page, whatever the conversation holds.
pub async fn list(
    pool: &PgPool,
    site: &SiteId,
    conversation: ConversationId,
    member: &MemberId,
    window: Window,
    limit: u32,
) -> Result<Option<Page>, ReadError> {
    let Some((first_seq, last_seq)) = bounds(pool, site, conversation, member).await? else { return Ok(None) };
    let limit = i64::from(limit);
    let place = match window {
        Window::Latest => Some(last_seq),
        Window::Before(place) | Window::After(place) | Window::Around(place) => seq(pool, site, conversation, place)
            .await?
            .filter(|seq| *seq >= first_seq || matches!(place, Around::Seq(_))),
    };
    let Some(place) = place else { return Ok(None) };
    let (from, to) = match window {
        Window::Latest => (place.saturating_sub(limit - 1), place),
        Window::Before(_) => (place.saturating_sub(limit), place.saturating_sub(1)),
        Window::After(_) => (place.saturating_add(1), place.saturating_add(limit)),
        Window::Around(_) => {
            let from = place.saturating_sub((limit - 1) / 2).max(first_seq);
            (from, from.saturating_add(limit - 1))
        }
    };
    let (from, to) = (from.max(first_seq), to.min(last_seq));

    let rows = sqlx::query(
        "SELECT message_id, author_id, text, seq, (extract(epoch FROM sent_at) * 1000000)::bigint AS sent_at, reply_to
           FROM timeline WHERE site_id = $1 AND conversation_id = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq",
    )
    .bind(site.as_str())
    .bind(conversation.as_uuid())
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    let items: Vec<MessageView> = rows.iter().map(view).collect::<Result<_, _>>()?;
    let previous = items.first().filter(|first| first.seq > first_seq).map(|first| Around::cursor(first.seq));
    let next = items.last().filter(|last| last.seq < last_seq).map(|last| Around::cursor(last.seq));
    Ok(Some(Page { items, previous, next }))
}

/// The first number that the member may read and the last there is.
async fn bounds(
    pool: &PgPool,
    site: &SiteId,
    conversation: ConversationId,
    member: &MemberId,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT p.first_seq, c.last_seq FROM timeline_participants p JOIN timeline_conversations c USING (site_id, conversation_id)
          WHERE p.site_id = $1 AND p.conversation_id = $2 AND p.member_id = $3",
    )
    .bind(site.as_str())
    .bind(conversation.as_uuid())
    .bind(member.as_str())
    .fetch_optional(pool)
    .await
}

async fn seq(
    pool: &PgPool,
    site: &SiteId,
    conversation: ConversationId,
    place: Around,
) -> Result<Option<i64>, sqlx::Error> {
    match place {
        Around::Seq(seq) => Ok(Some(seq)),
        Around::Message(message) => {
            sqlx::query_scalar(
                "SELECT seq FROM timeline WHERE site_id = $1 AND message_id = $2 AND conversation_id = $3",
            )
            .bind(site.as_str())
            .bind(message.as_uuid())
            .bind(conversation.as_uuid())
            .fetch_optional(pool)
            .await
        }
    }
}

/// The number that a sent message has in its conversation. Waits until the read model has got to it; fails where that
/// takes longer than the limit.
pub async fn seq_of(pool: &PgPool, sent: &LogEvent, limit: Duration) -> Result<i64, ReadError> {
    progress::wait_until(pool, super::NAME, limit, |checkpoint| checkpoint.log_number >= sent.log_number).await?;
    let seq = sqlx::query_scalar("SELECT seq FROM timeline WHERE site_id = $1 AND message_id = $2::text::uuid")
        .bind(sent.recorded.stream.site_id().as_str())
        .bind(sent.recorded.stream.local_id())
        .fetch_one(pool)
        .await?;
    Ok(seq)
}

fn view(row: &sqlx::postgres::PgRow) -> Result<MessageView, sqlx::Error> {
    Ok(MessageView {
        id: row.try_get("message_id")?,
        author: row.try_get("author_id")?,
        text: row.try_get("text")?,
        seq: row.try_get("seq")?,
        sent_at: from_micros(row.try_get("sent_at")?)?,
        edited_at: None,
        deleted: false,
        reply_to: row.try_get("reply_to")?,
        reactions: Vec::new(),
    })
}
