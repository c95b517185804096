//! The JSON of a message, and the SQL that reads it.

use causerie_events::MessageId;
use causerie_events::message::MessageSent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use uuid::Uuid;

use crate::row::from_micros;

/// A message, as the reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Message")]
pub struct MessageView {
    /// The id.
    pub id: Uuid,
    /// The sender.
    pub author: String,
    /// The text; empty if the message is deleted.
    pub text: String,
    /// The number in the conversation, from 1 without gaps.
    pub seq: i64,
    /// The time of sending.
    pub sent_at: Timestamp,
    /// The time of the last edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// Whether the message is deleted and only a placeholder remains.
    pub deleted: bool,
    /// The message that this one replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Uuid>,
    /// A preview of that message, if the reader may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_preview: Option<ReplyPreview>,
    /// The reactions, in the order in which each emoji was first used.
    pub reactions: Vec<ReactionView>,
    /// Whether there is a block between reader and author.
    pub collapsed: bool,
}

/// The message that another one replies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReplyPreview {
    /// The id.
    pub id: Uuid,
    /// The sender.
    pub author: String,
    /// The text; empty if the message is deleted.
    pub text: String,
    /// Whether the message is deleted and only a placeholder remains.
    pub deleted: bool,
}

/// The reactions to a message with one emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "Reaction")]
pub struct ReactionView {
    /// The emoji.
    pub emoji: String,
    /// How many members reacted with this emoji.
    pub count: usize,
    /// Their ids, in the order of their reactions.
    pub members: Vec<String>,
}

/// A subquery for the FROM clause that finds one message by id; `$id` is an SQL expression.
/// `OFFSET 0` keeps Postgres from moving conditions of the outer statement into the subquery: while
/// the table has no statistics, it would use an index for one of those and scan the conversation.
macro_rules! message_by_id {
    ($timeline:literal, $site:literal, $id:literal) => {
        concat!(
            "LATERAL (SELECT * FROM ",
            $timeline,
            " message_ WHERE message_.site_id = ",
            $site,
            " AND message_.message_id = ",
            $id,
            " OFFSET 0)"
        )
    };
}
pub(super) use message_by_id;

/// The columns of a [`MessageView`]: `timeline AS t`, and `timeline AS q` for the message it
/// replies to.
pub(super) const COLUMNS: &str = "t.message_id, t.author_id, t.text, t.seq, t.deleted, t.reply_to,
    (extract(epoch FROM t.sent_at) * 1000000)::bigint AS sent_at,
    (extract(epoch FROM t.edited_at) * 1000000)::bigint AS edited_at,
    q.message_id AS q_id, q.author_id AS q_author, q.text AS q_text, q.deleted AS q_deleted,
    (SELECT jsonb_agg(jsonb_build_object('emoji', e.emoji, 'count', e.count, 'members', e.members) ORDER BY e.first)
       FROM (SELECT r.emoji, count(*) AS count, min(r.log_number) AS first,
                    array_agg(r.member_id ORDER BY r.log_number) AS members
               FROM read_models.timeline_reactions r
              WHERE r.site_id = t.site_id AND r.message_id = t.message_id GROUP BY r.emoji) e) AS reactions";

impl MessageView {
    /// A message right after it was sent, as its author sees it, without a reply preview.
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
            reply_preview: None,
            reactions: Vec::new(),
            collapsed: false,
        }
    }

    /// Reads a row of [`COLUMNS`]. The query sets `collapsed`, which depends on the reader, later.
    pub(super) fn of(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("message_id")?,
            author: row.try_get("author_id")?,
            text: row.try_get("text")?,
            seq: row.try_get("seq")?,
            sent_at: from_micros(row.try_get("sent_at")?)?,
            edited_at: row.try_get::<Option<i64>, _>("edited_at")?.map(from_micros).transpose()?,
            deleted: row.try_get("deleted")?,
            reply_to: row.try_get("reply_to")?,
            reply_preview: ReplyPreview::of(row)?,
            reactions: row
                .try_get::<Option<Json<_>>, _>("reactions")?
                .map(|Json(reactions)| reactions)
                .unwrap_or_default(),
            collapsed: false,
        })
    }
}

impl ReplyPreview {
    fn of(row: &PgRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(id) = row.try_get("q_id")? else { return Ok(None) };
        Ok(Some(Self {
            id,
            author: row.try_get("q_author")?,
            text: row.try_get("q_text")?,
            deleted: row.try_get("q_deleted")?,
        }))
    }
}
