//! ListConversations and GetConversation.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use serde::Serialize;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, QueryBuilder, Row};
use uuid::Uuid;

use crate::MAX_PAGE_BYTES;
use crate::conversation_list::view::OF_PAGE;
use crate::conversation_list::{ConversationView, Kind, inbox};
use crate::cursor::{Cursor, InvalidCursor, page_of};
use crate::error::ReadError;

/// What is asked.
#[derive(Debug, Clone)]
pub struct ListConversations {
    /// The tenant.
    pub site: SiteId,
    /// Whose conversations.
    pub member: MemberId,
    /// Whether the member is of the staff: all conversations with the business are theirs too.
    pub staff: bool,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only those that the member has archived, or only those they have not.
    pub archived: Option<bool>,
    /// Only those that the member has pinned, or only those they have not.
    pub pinned: Option<bool>,
    /// Only this one.
    pub only: Option<ConversationId>,
    /// Where the page before ended.
    pub after: Option<(i64, Uuid)>,
    /// The most items.
    pub limit: u32,
}

/// One page, latest first.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ConversationPage")]
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

/// A member's conversations, latest first. Cost: linear in the member's conversations and in the page, whatever has been
/// said in them.
pub async fn list(pool: &Pool, query: &ListConversations) -> Result<Page, ReadError> {
    // The site is bound first and the member second: everything after counts on it.
    let mut asked = PgArguments::default();
    asked.add(query.site.as_str()).map_err(sqlx::Error::Encode)?;
    asked.add(query.member.as_str()).map_err(sqlx::Error::Encode)?;
    let mut sql = QueryBuilder::with_arguments(
        "WITH page AS (SELECT of_member.*, $2::text AS member_id, NULL::bigint AS as_of FROM (",
        asked,
    );
    inbox::push_page(&mut sql, query);
    sql.push(") of_member) ").push(OF_PAGE);
    let rows = sql.build().fetch_all(pool).await?;

    let (shown, next) = page_of(&rows, page_length(&rows, query.limit as usize)?, |row| {
        Ok((row.try_get::<i64, _>("last_log_number")?, row.try_get::<Uuid, _>("conversation_id")?))
    })?;
    Ok(Page { items: shown.iter().map(ConversationView::of).collect::<Result<_, _>>()?, next })
}

/// How many rows fit a page: so many, or less where their texts are longer than a page may be, but one.
fn page_length(rows: &[PgRow], limit: usize) -> Result<usize, sqlx::Error> {
    let mut bytes = 0;
    for (at, row) in rows.iter().enumerate().take(limit) {
        bytes += row.try_get::<Option<&str>, _>("text")?.map_or(0, str::len);
        if bytes > MAX_PAGE_BYTES && at > 0 {
            return Ok(at);
        }
    }
    Ok(limit)
}
