//! ListMembers.

use causerie_events::{MemberId, SiteId};
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row};

use crate::cursor::{Cursor, InvalidCursor};
use crate::error::ReadError;

/// What is asked.
#[derive(Debug, Clone)]
pub struct ListMembers {
    /// The tenant.
    pub site: SiteId,
    /// Whether only the roster may be seen: active members of the community.
    pub roster_only: bool,
    /// Part of a name, in any case.
    pub q: Option<String>,
    /// Only members of this status.
    pub status: Option<Status>,
    /// Where the page before ended.
    pub after: Option<(String, MemberId)>,
    /// The most items.
    pub limit: u32,
}

/// A member's status on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// May read and send.
    Active,
    /// Waits for approval.
    Pending,
    /// Barred by owner or staff.
    Blocked,
}

/// A member, as the list shows them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MemberView {
    /// The host's id.
    pub id: String,
    /// The name as others see it.
    pub display_name: String,
    /// The address of the picture.
    pub avatar_url: Option<String>,
    /// Shown to owner and staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whether the member has joined the community. Shown to owner and staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<bool>,
}

/// One page, by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The members.
    pub items: Vec<MemberView>,
    /// Where the next page starts; null on the last.
    pub next: Option<Cursor>,
}

impl ListMembers {
    /// Reads the cursor of a client.
    pub fn place(cursor: &str) -> Result<(String, MemberId), InvalidCursor> {
        let place: (String, MemberId) = Cursor::read(cursor)?;
        // No name of ours holds U+0000, and Postgres refuses to compare with it.
        if place.0.contains('\0') { Err(InvalidCursor) } else { Ok(place) }
    }
}

/// The members of a site, by name. Cost: linear in the page, with an index; a search by name is linear in the site.
pub async fn list(pool: &PgPool, query: &ListMembers) -> Result<Page, ReadError> {
    let (after_name, after_id) = query.after.clone().unzip();
    let rows = sqlx::query(
        "SELECT member_id, display_name, avatar_url, community, pending, blocked FROM member_list
          WHERE site_id = $1
            AND (NOT $2 OR (community AND NOT pending AND NOT blocked))
            AND ($3::text IS NULL OR position(lower($3) IN lower(display_name)) > 0)
            AND ($4::text IS NULL OR $4 = CASE WHEN blocked THEN 'blocked' WHEN pending THEN 'pending' ELSE 'active' END)
            AND ($5::text IS NULL OR (display_name, member_id) > ($5, $6))
          ORDER BY display_name, member_id
          LIMIT $7",
    )
    .bind(query.site.as_str())
    .bind(query.roster_only)
    .bind(query.q.as_deref())
    .bind(query.status.map(Status::as_str))
    .bind(after_name)
    .bind(after_id.map(String::from))
    .bind(i64::from(query.limit) + 1)
    .fetch_all(pool)
    .await?;

    let more = rows.len() > query.limit as usize;
    let items = rows.iter().take(query.limit as usize).map(|row| view(row, query.roster_only));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    let next = items.last().filter(|_| more).map(|last| Cursor::at(&(&last.display_name, &last.id)));
    Ok(Page { items, next })
}

fn view(row: &sqlx::postgres::PgRow, roster_only: bool) -> Result<MemberView, sqlx::Error> {
    let status = match (row.try_get("blocked")?, row.try_get("pending")?) {
        (true, _) => Status::Blocked,
        (false, true) => Status::Pending,
        (false, false) => Status::Active,
    };
    Ok(MemberView {
        id: row.try_get("member_id")?,
        display_name: row.try_get("display_name")?,
        avatar_url: row.try_get("avatar_url")?,
        status: (!roster_only).then_some(status),
        community: if roster_only { None } else { Some(row.try_get("community")?) },
    })
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
        }
    }
}
