//! ListConversations and GetConversation.

use causerie_events::conversation::ConversationKind;
use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use serde::Serialize;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments, QueryBuilder, Row};
use uuid::Uuid;

use crate::MAX_PAGE_BYTES;
use crate::conversation_list::view::VIEWS_OF_PAGE;
use crate::conversation_list::{ConversationView, inbox};
use crate::cursor::{Cursor, page_of};
use crate::error::ReadError;

#[derive(Debug, Clone)]
pub struct ListConversations {
    pub site: SiteId,
    pub member: MemberId,
    /// Whether the member is staff, who see all conversations with the business.
    pub staff: bool,
    pub kind: Option<ConversationKind>,
    /// Only archived, or only other conversations.
    pub archived: Option<bool>,
    /// Only pinned, or only other conversations.
    pub pinned: Option<bool>,
    pub unread: bool,
    pub only: Option<ConversationId>,
    pub after: Option<(i64, Uuid)>,
    pub limit: u32,
}

/// A page, latest first. With `unread` it may have fewer items than asked for, also none, and a next page.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ConversationPage {
    /// The conversations.
    pub items: Vec<ConversationView>,
    /// The cursor of the next page; null on the last page.
    pub next: Option<Cursor>,
}

/// The conversations of a member, latest first. Cost: linear in the conversations of the member and
/// in the page; it does not depend on the number of messages.
pub async fn list(pool: &Pool, query: &ListConversations) -> Result<ConversationPage, ReadError> {
    // Later parts of the statement use $1 for the site and $2 for the member.
    let mut arguments = PgArguments::default();
    arguments.add(query.site.as_str()).map_err(sqlx::Error::Encode)?;
    arguments.add(query.member.as_str()).map_err(sqlx::Error::Encode)?;
    let mut sql = QueryBuilder::with_arguments(
        "WITH page AS (SELECT of_member.*, $2::text AS member_id, NULL::bigint AS as_of FROM (",
        arguments,
    );
    inbox::push_page(&mut sql, query);
    sql.push(") of_member) ").push(VIEWS_OF_PAGE);
    let rows = sql.build().fetch_all(pool).await?;

    let (shown, next) = page_of(&rows, page_length(&rows, query.limit as usize)?, |row| {
        Ok((row.try_get::<i64, _>("last_log_number")?, row.try_get::<Uuid, _>("conversation_id")?))
    })?;
    let mut items = shown.iter().map(ConversationView::of).collect::<Result<Vec<_>, _>>()?;
    if query.unread {
        // What follows the marker may be deleted, their own, or behind a block.
        items.retain(|conversation| conversation.unread > 0);
    }
    Ok(ConversationPage { items, next })
}

/// The number of rows on a page: `limit`, or fewer if their texts are too long, but at least one.
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
