//! ListGroups: the groups of a site, for its owner.

use causerie_events::SiteId;
use causerie_events::conversation::History;
use causerie_store::Pool;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::conversation_list::image;
use crate::cursor::{Cursor, page_of};
use crate::error::ReadError;
use crate::row::{from_micros, from_name};

/// A group, without messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Group")]
pub struct GroupView {
    /// The id.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The path of the image in the API.
    pub image_url: Option<String>,
    /// The number of participants.
    pub participant_count: i32,
    /// The ids of the admins, longest-standing first.
    pub admins: Vec<String>,
    /// How much earlier history participants who join later may read.
    pub history: History,
    /// The time of creation.
    pub created_at: Timestamp,
}

/// A page, newest group first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct GroupPage {
    /// The groups.
    pub items: Vec<GroupView>,
    /// The cursor of the next page; null on the last page.
    pub next: Option<Cursor>,
}

/// The open groups of a site, the newest first. Whether the caller may see them is not checked
/// here. `after` is the time of creation, in microseconds since 1970, and the id. Cost: linear in the
/// page and in the participants of its groups.
pub async fn groups(
    pool: &Pool,
    site: &SiteId,
    after: Option<(i64, Uuid)>,
    limit: u32,
) -> Result<GroupPage, ReadError> {
    let rows = sqlx::query(
        "SELECT c.site_id, c.conversation_id, c.name, c.image_id, NULL::text AS avatar_url, c.participant_count, c.history,
                (extract(epoch FROM c.created_at) * 1000000)::bigint AS created_at,
                ARRAY(SELECT p.member_id FROM read_models.conversation_list_participants p
                       WHERE p.site_id = c.site_id AND p.conversation_id = c.conversation_id AND p.admin
                       ORDER BY p.join_number) AS admins
           FROM read_models.conversation_list c
          WHERE c.site_id = $1 AND c.kind = 'group' AND NOT c.closed
            AND ($2::bigint IS NULL OR (c.created_at, c.conversation_id)
                 < (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3))
          ORDER BY c.created_at DESC, c.conversation_id DESC LIMIT $4",
    )
    .bind(site.as_str())
    .bind(after.map(|(created, _)| created))
    .bind(after.map(|(_, id)| id))
    .bind(i64::from(limit) + 1)
    .fetch_all(pool)
    .await?;

    let (shown, next) = page_of(&rows, limit as usize, |row| {
        Ok((row.try_get::<i64, _>("created_at")?, row.try_get::<Uuid, _>("conversation_id")?))
    })?;
    Ok(GroupPage { items: shown.iter().map(group).collect::<Result<_, _>>()?, next })
}

fn group(row: &PgRow) -> Result<GroupView, sqlx::Error> {
    Ok(GroupView {
        id: row.try_get("conversation_id")?,
        name: row.try_get("name")?,
        image_url: image::url_of(row)?,
        participant_count: row.try_get("participant_count")?,
        admins: row.try_get("admins")?,
        history: from_name(row.try_get("history")?)?,
        created_at: from_micros(row.try_get("created_at")?)?,
    })
}
