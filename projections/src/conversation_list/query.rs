//! ListConversations, and what the live stream needs to know of a member's conversations.

use std::collections::HashMap;

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::follower::Checkpoint;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row};
use uuid::Uuid;

use crate::checkpoint::{self, number};
use crate::cursor::{Cursor, InvalidCursor};
use crate::error::ReadError;
use crate::time::from_micros;

/// What is asked.
#[derive(Debug, Clone)]
pub struct ListConversations {
    /// The tenant.
    pub site: SiteId,
    /// Whose conversations.
    pub member: MemberId,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only this one.
    pub only: Option<ConversationId>,
    /// Where the page before ended.
    pub after: Option<(i64, Uuid)>,
    /// The most items.
    pub limit: u32,
}

/// The kinds of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any number of members under a name.
    Group,
}

/// A conversation, as its participant sees it in the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConversationView {
    /// Its id.
    pub id: Uuid,
    /// Its kind.
    pub kind: Kind,
    /// The name of a group.
    pub name: Option<String>,
    /// The address of a group's image.
    pub image_url: Option<String>,
    /// The first participants by standing, at most five.
    pub participants: Vec<String>,
    /// How many there are.
    pub participant_count: i32,
    /// Whether messages are refused at the moment: member chat is off, or the group is closed.
    pub locked: bool,
    /// What was said last, of what this member may read.
    pub last_message: Option<LastMessage>,
}

/// What was said last.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LastMessage {
    /// Its id.
    pub id: Uuid,
    /// Who sent it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When.
    pub sent_at: Timestamp,
}

/// One page, latest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The conversations.
    pub items: Vec<ConversationView>,
    /// Where the next page starts; null on the last.
    pub next: Option<Cursor>,
}

impl ListConversations {
    /// Reads the cursor of a client.
    pub fn place(cursor: &str) -> Result<(i64, Uuid), InvalidCursor> {
        Cursor::read(cursor)
    }
}

/// A member's conversations, latest first. Cost: linear in the member's conversations.
pub async fn list(pool: &PgPool, query: &ListConversations) -> Result<Page, ReadError> {
    let (after_number, after_id) = query.after.unzip();
    let rows = sqlx::query(
        "SELECT c.conversation_id, c.name, c.participant_count, c.last_log_number,
                c.closed OR NOT coalesce(s.member_chat_enabled, false) AS locked,
                CASE WHEN c.last_message_log_number >= p.reads_from THEN c.last_message_id END AS last_message_id,
                c.last_author_id, c.last_text, (extract(epoch FROM c.last_sent_at) * 1000000)::bigint AS last_sent_at,
                ARRAY(SELECT f.member_id FROM conversation_list_participants f
                       WHERE f.site_id = c.site_id AND f.conversation_id = c.conversation_id
                       ORDER BY f.seat LIMIT 5) AS participants
           FROM conversation_list_participants p
           JOIN conversation_list c USING (site_id, conversation_id)
           LEFT JOIN conversation_list_sites s USING (site_id)
          WHERE p.site_id = $1 AND p.member_id = $2
            AND ($3::text IS NULL OR c.kind = $3)
            AND ($4::uuid IS NULL OR c.conversation_id = $4)
            AND ($5::bigint IS NULL OR (c.last_log_number, c.conversation_id) < ($5, $6))
          ORDER BY c.last_log_number DESC, c.conversation_id DESC
          LIMIT $7",
    )
    .bind(query.site.as_str())
    .bind(query.member.as_str())
    .bind(query.kind.map(|Kind::Group| "group"))
    .bind(query.only.map(ConversationId::as_uuid))
    .bind(after_number)
    .bind(after_id)
    .bind(i64::from(query.limit) + 1)
    .fetch_all(pool)
    .await?;

    let shown = rows.get(..query.limit as usize).unwrap_or(&rows);
    let next = match shown.last().filter(|_| rows.len() > shown.len()) {
        Some(row) => {
            Some(Cursor::at(&(row.try_get::<i64, _>("last_log_number")?, row.try_get::<Uuid, _>("conversation_id")?)))
        }
        None => None,
    };
    Ok(Page { items: shown.iter().map(view).collect::<Result<_, _>>()?, next })
}

fn view(row: &sqlx::postgres::PgRow) -> Result<ConversationView, sqlx::Error> {
    let last_message = match row.try_get("last_message_id")? {
        Some(id) => Some(LastMessage {
            id,
            author: row.try_get("last_author_id")?,
            text: row.try_get("last_text")?,
            sent_at: from_micros(row.try_get("last_sent_at")?)?,
        }),
        None => None,
    };
    Ok(ConversationView {
        id: row.try_get("conversation_id")?,
        kind: Kind::Group,
        name: row.try_get("name")?,
        image_url: None,
        participants: row.try_get("participants")?,
        participant_count: row.try_get("participant_count")?,
        locked: row.try_get("locked")?,
        last_message,
    })
}

/// What a member may read at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Readable {
    /// The moment: how far the read model had got.
    pub checkpoint: Checkpoint,
    /// The member's conversations, with the first log number they may read in each.
    pub reads_from: HashMap<ConversationId, u64>,
}

/// All conversations of a member, with the checkpoint they stand at: one statement, so one snapshot.
pub async fn readable(pool: &PgPool, site: &SiteId, member: &MemberId) -> Result<Readable, ReadError> {
    let rows = sqlx::query(
        "SELECT c.log_number, c.transaction_id::text AS xid, c.position AS pos, p.conversation_id, p.reads_from
           FROM projection_checkpoints c
           LEFT JOIN conversation_list_participants p ON p.site_id = $2 AND p.member_id = $3
          WHERE c.projection = $1",
    )
    .bind(super::NAME)
    .bind(site.as_str())
    .bind(member.as_str())
    .fetch_all(pool)
    .await?;
    let mut readable = Readable { checkpoint: Checkpoint::default(), reads_from: HashMap::new() };
    for row in &rows {
        readable.checkpoint = checkpoint::of_row(row)?;
        if let Some(conversation) = row.try_get::<Option<Uuid>, _>("conversation_id")? {
            readable.reads_from.insert(conversation.into(), number(row.try_get("reads_from")?)?);
        }
    }
    Ok(readable)
}
