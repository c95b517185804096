//! ListMembers and GetMember.

use causerie_events::{Label, MemberId, SiteId};
use causerie_store::Pool;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};

use crate::cursor::{Cursor, InvalidCursor, page_of};
use crate::error::ReadError;
use crate::member_list::search::words;
use crate::member_list::sql::blocked;
use crate::member_list::view::COLUMNS;
use crate::member_list::{MemberStatus, MemberView};

/// Determines the visible members and fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Owner and staff: every member, every field.
    Staff,
    /// A member: active members of the community without a block, and the member.
    Member(MemberId),
}

#[derive(Debug, Clone)]
pub struct ListMembers {
    pub site: SiteId,
    pub viewer: Viewer,
    /// Words that a name must contain; or, for owner and staff, the beginning of an id.
    pub q: Option<String>,
    /// Removed members are listed only with this status.
    pub status: Option<MemberStatus>,
    pub role: Option<Label>,
    pub badge: Option<Label>,
    pub after: Option<(String, MemberId)>,
    pub limit: u32,
}

/// A page, by normalized name, then by id.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MemberPage {
    /// The members.
    pub items: Vec<MemberView>,
    /// The cursor of the next page; null on the last page.
    pub next: Option<Cursor>,
}

impl ListMembers {
    pub fn place(cursor: &str) -> Result<(String, MemberId), InvalidCursor> {
        let place: (String, MemberId) = Cursor::read(cursor)?;
        // No name contains U+0000, and Postgres rejects comparisons with it.
        if place.0.contains('\0') { Err(InvalidCursor) } else { Ok(place) }
    }
}

/// Members of a site, by name. Cost: linear in the page, with an index; with a rare role or badge,
/// in the members who have it. A search by name scans the members of the site in order until the
/// page is full: an index of parts of names would need an extension (pg_trgm) that not every
/// Postgres has.
pub async fn list(pool: &Pool, query: &ListMembers) -> Result<MemberPage, ReadError> {
    // Contains only the requested conditions: with a statement for all of them Postgres could use
    // no index.
    let mut sql = select_members(&query.viewer, &query.site);
    if let Viewer::Member(_) = query.viewer {
        sql.push(VISIBLE_TO_MEMBER);
    }
    match (query.status, &query.viewer) {
        (Some(status), _) => {
            sql.push(" AND m.status = ").push_bind(status.as_str());
        }
        (None, Viewer::Staff) => {
            sql.push(" AND m.status <> 'removed'");
        }
        (None, Viewer::Member(_)) => {}
    }
    // No name contains U+0000, and Postgres rejects comparisons with it.
    match query.q.as_deref() {
        Some(q) if q.contains('\0') => return Ok(MemberPage { items: vec![], next: None }),
        Some(q) => find(&mut sql, q, &query.viewer),
        None => {}
    }
    for (kind, label) in [("role", &query.role), ("badge", &query.badge)] {
        if let Some(label) = label {
            sql.push(
                " AND m.member_id IN (SELECT l.member_id FROM read_models.member_list_labels l WHERE l.site_id = $2 AND l.kind = ",
            );
            sql.push_bind(kind).push(" AND l.label = ").push_bind(label.as_str()).push(")");
        }
    }
    if let Some((name, id)) = &query.after {
        sql.push(" AND (m.search_name, m.member_id) > (").push_bind(name).push(", ");
        sql.push_bind(id.as_str()).push(")");
    }
    sql.push(" ORDER BY m.search_name, m.member_id LIMIT ").push_bind(i64::from(query.limit) + 1);
    let rows = sql.build().fetch_all(pool).await?;

    let (shown, next) = page_of(&rows, query.limit as usize, |row| {
        Ok((row.try_get::<&str, _>("search_name")?, row.try_get::<&str, _>("member_id")?))
    })?;
    let items = shown.iter().map(|row| view(row, &query.viewer)).collect::<Result<_, _>>()?;
    Ok(MemberPage { items, next })
}

/// Adds the condition that a name contains every word of `q`. A query without a word matches all
/// members.
fn find(sql: &mut QueryBuilder<'_, Postgres>, q: &str, viewer: &Viewer) {
    let words = words(q);
    if words.is_empty() {
        return;
    }
    sql.push(" AND ((true");
    for word in words {
        sql.push(" AND position(").push_bind(word).push(" IN m.search_name) > 0");
    }
    sql.push(")");
    if *viewer == Viewer::Staff {
        // The collation of the column: lower case of ASCII, whatever the locale.
        sql.push(" OR starts_with(lower(m.member_id), ").push_bind(q.trim().to_ascii_lowercase()).push(")");
    }
    sql.push(")");
}

/// One member, if the viewer may see them. Members always see their own entry.
pub async fn get(
    pool: &Pool,
    site: &SiteId,
    viewer: &Viewer,
    member: &MemberId,
) -> Result<Option<MemberView>, ReadError> {
    let mut sql = select_members(viewer, site);
    sql.push(" AND m.member_id = ").push_bind(member.as_str());
    if let Viewer::Member(viewer) = viewer
        && viewer != member
    {
        sql.push(VISIBLE_TO_MEMBER);
    }
    let row = sql.build().fetch_optional(pool).await?;
    Ok(row.as_ref().map(|row| view(row, viewer)).transpose()?)
}

/// Those of these members that the viewer may see, as [`get`] shows each. One statement.
pub async fn get_many(
    pool: &Pool,
    site: &SiteId,
    viewer: &Viewer,
    members: &[&MemberId],
) -> Result<Vec<MemberView>, ReadError> {
    let mut sql = select_members(viewer, site);
    sql.push(" AND m.member_id = ANY(").push_bind(members.iter().map(|member| member.as_str()).collect::<Vec<_>>());
    sql.push(")");
    if let Viewer::Member(viewer) = viewer {
        sql.push(" AND (m.member_id = ")
            .push_bind(viewer.as_str())
            .push(" OR (true")
            .push(VISIBLE_TO_MEMBER)
            .push("))");
    }
    let rows = sql.build().fetch_all(pool).await?;
    Ok(rows.iter().map(|row| view(row, viewer)).collect::<Result<_, _>>()?)
}

/// A statement up to its first condition: `$1` is the viewer (null for owner and staff), `$2` the
/// site.
fn select_members<'a>(viewer: &'a Viewer, site: &'a SiteId) -> QueryBuilder<'a, Postgres> {
    let member = match viewer {
        Viewer::Staff => None,
        Viewer::Member(member) => Some(member.as_str()),
    };
    let mut sql = QueryBuilder::new("SELECT coalesce(m.member_id = ");
    sql.push_bind(member).push(", false) AS myself, ").push(COLUMNS);
    sql.push(", m.search_name FROM read_models.member_list m WHERE m.site_id = ").push_bind(site.as_str());
    sql
}

/// A member sees active members of the community without a block, if the member is one of them and
/// member chat is enabled.
const VISIBLE_TO_MEMBER: &str = concat!(
    " AND m.status = 'active' AND m.community",
    " AND EXISTS (SELECT 1 FROM read_models.member_list_sites s WHERE s.site_id = $2 AND s.member_chat_enabled)",
    " AND EXISTS (SELECT 1 FROM read_models.member_list v
                   WHERE v.site_id = $2 AND v.member_id = $1 AND v.status = 'active' AND v.community)",
    " AND NOT ",
    blocked!("$2", "$1", "m.member_id")
);

fn view(row: &PgRow, viewer: &Viewer) -> Result<MemberView, sqlx::Error> {
    if *viewer == Viewer::Staff || row.try_get("myself")? {
        MemberView::in_full(row)
    } else {
        MemberView::of_roster(row)
    }
}
