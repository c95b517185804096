//! ListSites: all sites of the installation, for its operator.

use causerie_events::SiteId;
use causerie_store::Pool;
use serde::Serialize;
use sqlx::Row;

use crate::cursor::{Cursor, InvalidCursor, page_of};
use crate::error::ReadError;

#[derive(Debug, Clone)]
pub struct ListSites {
    pub only: Option<SiteId>,
    pub after: Option<SiteId>,
    pub limit: u32,
}

/// A site in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ListedSite")]
pub struct SiteSummary {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether members may write to each other.
    pub member_chat_enabled: bool,
    /// Whether the operator closed the site.
    pub closed: bool,
}

/// A page, by id.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SitePage {
    /// The sites.
    pub items: Vec<SiteSummary>,
    /// The cursor of the next page; null on the last page.
    pub next: Option<Cursor>,
}

impl ListSites {
    pub fn place(cursor: &str) -> Result<SiteId, InvalidCursor> {
        Cursor::read::<(SiteId,)>(cursor).map(|(site,)| site)
    }
}

/// Sites by id. Cost: linear in the page.
pub async fn list_sites(pool: &Pool, query: &ListSites) -> Result<SitePage, ReadError> {
    let rows = sqlx::query(
        "SELECT site_id, name, member_chat_enabled, closed FROM read_models.member_list_sites
          WHERE site_id > $1 AND ($2::text IS NULL OR site_id = $2) AND name IS NOT NULL
          ORDER BY site_id LIMIT $3",
    )
    .bind(query.after.as_ref().map_or("", SiteId::as_str))
    .bind(query.only.as_ref().map(SiteId::as_str))
    .bind(i64::from(query.limit) + 1)
    .fetch_all(pool)
    .await?;
    let (shown, next) = page_of(&rows, query.limit as usize, |row| Ok((row.try_get::<&str, _>("site_id")?,)))?;
    let items = shown.iter().map(|row| {
        Ok(SiteSummary {
            id: row.try_get("site_id")?,
            name: row.try_get("name")?,
            member_chat_enabled: row.try_get("member_chat_enabled")?,
            closed: row.try_get("closed")?,
        })
    });
    Ok(SitePage { items: items.collect::<Result<_, sqlx::Error>>()?, next })
}
