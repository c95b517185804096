//! ListMessages.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use sqlx::Row;

use crate::MAX_PAGE_BYTES;
use crate::error::ReadError;
use crate::member_list::sql::blocked;
use crate::timeline::view::{COLUMNS, message_by_id};
use crate::timeline::{MessagePage, MessagePosition, MessageView, Window};

#[derive(Debug, Clone)]
pub struct ListMessages {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
    /// Whether the member is staff, who read all conversations with the business.
    pub staff: bool,
    pub window: Window,
    pub limit: u32,
}

/// Part of the timeline of a conversation that this member may read. None if the member is not a
/// participant, or may not read the requested message. Two statements. Cost: linear in the page. A
/// page of more than [`MAX_PAGE_BYTES`] ends early, at the end that is further from its start.
pub async fn list(pool: &Pool, query: &ListMessages) -> Result<Option<MessagePage>, ReadError> {
    let Some(Bounds { first, last, place }) = bounds(pool, query).await? else { return Ok(None) };
    let limit = i64::from(query.limit);
    let place = match query.window {
        Window::Latest => Some(last),
        Window::Before(MessagePosition::Seq(seq))
        | Window::After(MessagePosition::Seq(seq))
        | Window::Around(MessagePosition::Seq(seq)) => Some(seq),
        Window::Before(_) | Window::After(_) | Window::Around(_) => place.filter(|seq| *seq >= first),
    };
    let Some(place) = place else { return Ok(None) };
    let (from, to) = match query.window {
        Window::Latest => (place.saturating_sub(limit - 1), place),
        Window::Before(_) => (place.saturating_sub(limit), place.saturating_sub(1)),
        Window::After(_) => (place.saturating_add(1), place.saturating_add(limit)),
        Window::Around(_) => {
            let from = place.saturating_sub((limit - 1) / 2).max(first);
            (from, from.saturating_add(limit - 1))
        }
    };
    let (from, to) = (from.max(first), to.min(last));
    let start = match query.window {
        Window::Latest | Window::Before(_) => to,
        Window::After(_) => from,
        // A cursor may contain any number.
        Window::Around(_) => place.max(from).min(to),
    };
    let items = messages(pool, query, first, (from, to), start).await?;
    let previous =
        items.first().filter(|message| message.seq > first).map(|message| MessagePosition::cursor(message.seq));
    let next = items.last().filter(|message| message.seq < last).map(|message| MessagePosition::cursor(message.seq));
    Ok(Some(MessagePage { items, previous, next }))
}

/// The part of a timeline that a member may read.
struct Bounds {
    first: i64,
    last: i64,
    /// The number of the requested message.
    place: Option<i64>,
}

async fn bounds(pool: &Pool, query: &ListMessages) -> Result<Option<Bounds>, sqlx::Error> {
    let message = match query.window {
        Window::Before(MessagePosition::Message(id))
        | Window::After(MessagePosition::Message(id))
        | Window::Around(MessagePosition::Message(id)) => Some(id.as_uuid()),
        _ => None,
    };
    let row = sqlx::query(concat!(
        "SELECT coalesce(p.first_seq, CASE WHEN $4 AND c.kind = 'business' THEN 1 END) AS first, c.last_seq, t.seq AS place
           FROM read_models.timeline_conversations c
           LEFT JOIN read_models.timeline_participants p
             ON p.site_id = c.site_id AND p.conversation_id = c.conversation_id AND p.member_id = $3
           LEFT JOIN ",
        message_by_id!("read_models.timeline", "$1", "$5"),
        " t ON t.conversation_id = c.conversation_id
          WHERE c.site_id = $1 AND c.conversation_id = $2",
    ))
    .bind(query.site.as_str())
    .bind(query.conversation.as_uuid())
    .bind(query.member.as_str())
    .bind(query.staff)
    .bind(message)
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(first) = row.try_get("first")? else { return Ok(None) };
    Ok(Some(Bounds { first, last: row.try_get("last_seq")?, place: row.try_get("place")? }))
}

async fn messages(
    pool: &Pool,
    query: &ListMessages,
    first: i64,
    (from, to): (i64, i64),
    start: i64,
) -> Result<Vec<MessageView>, sqlx::Error> {
    // The size of a text is known without reading it, so omitted messages cost only their rows.
    let statement = format!(
        "SELECT * FROM (
           SELECT message.*, sum(octet_length(text) + coalesce(octet_length(q_text), 0)
                                 + coalesce(pg_column_size(reactions), 0))
                    OVER (ORDER BY abs(seq - $7), seq) AS bytes
             FROM (SELECT {COLUMNS}, t.author_id <> $3 AND {} AS collapsed
                     FROM read_models.timeline t
                     LEFT JOIN {} q ON q.conversation_id = t.conversation_id AND q.seq >= $4
                    WHERE t.site_id = $1 AND t.conversation_id = $2 AND t.seq BETWEEN $5 AND $6) message) page
          WHERE bytes <= $8 OR seq = $7 ORDER BY seq",
        blocked!("$1", "$3", "t.author_id"),
        message_by_id!("read_models.timeline", "t.site_id", "t.reply_to")
    );
    let rows = sqlx::query(&statement)
        .bind(query.site.as_str())
        .bind(query.conversation.as_uuid())
        .bind(query.member.as_str())
        .bind(first)
        .bind(from)
        .bind(to)
        .bind(start)
        .bind(i64::try_from(MAX_PAGE_BYTES).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await?;
    rows.iter().map(|row| Ok(MessageView { collapsed: row.try_get("collapsed")?, ..MessageView::of(row)? })).collect()
}
