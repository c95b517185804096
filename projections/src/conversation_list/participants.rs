//! ListParticipants.

use causerie_events::{ConversationId, SiteId};
use causerie_store::Pool;
use serde::Serialize;
use sqlx::Row;

use crate::cursor::{Cursor, page_of};
use crate::error::ReadError;
use crate::member_list::sql::labels;

/// A participant, as other participants see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Participant")]
pub struct ParticipantView {
    /// The id at the host.
    pub id: String,
    /// The name that others see.
    pub display_name: String,
    /// The URL of the avatar.
    pub avatar_url: Option<String>,
    /// Whether the participant is an admin of the group.
    pub admin: bool,
    /// The roles, by name.
    pub roles: Vec<String>,
    /// The badges, by name.
    pub badges: Vec<String>,
}

/// A page, longest-standing participant first.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ParticipantPage {
    /// The participants.
    pub items: Vec<ParticipantView>,
    /// The cursor of the next page; null on the last page.
    pub next: Option<Cursor>,
}

/// The participants in the order in which they joined. Does not check the rights of the caller.
/// Cost: linear in the page.
pub async fn participants(
    pool: &Pool,
    site: &SiteId,
    conversation: ConversationId,
    after: Option<(i64,)>,
    limit: u32,
) -> Result<ParticipantPage, ReadError> {
    // Join numbers start at 1. The id replaces a name that the member list does not contain yet.
    let rows = sqlx::query(concat!(
        "SELECT p.member_id, p.join_number, p.admin, coalesce(m.display_name, p.member_id) AS display_name, m.avatar_url, ",
        labels!("role", "p.site_id", "p.member_id"),
        " AS roles, ",
        labels!("badge", "p.site_id", "p.member_id"),
        " AS badges
           FROM read_models.conversation_list_participants p
           LEFT JOIN read_models.member_list m ON m.site_id = p.site_id AND m.member_id = p.member_id
          WHERE p.site_id = $1 AND p.conversation_id = $2 AND p.join_number > $3
          ORDER BY p.join_number LIMIT $4"
    ))
    .bind(site.as_str())
    .bind(conversation.as_uuid())
    .bind(after.map_or(0, |(join_number,)| join_number))
    .bind(i64::from(limit) + 1)
    .fetch_all(pool)
    .await?;

    let (shown, next) = page_of(&rows, limit as usize, |row| Ok((row.try_get::<i64, _>("join_number")?,)))?;
    let items = shown.iter().map(|row| {
        Ok(ParticipantView {
            id: row.try_get("member_id")?,
            display_name: row.try_get("display_name")?,
            avatar_url: row.try_get("avatar_url")?,
            admin: row.try_get("admin")?,
            roles: row.try_get("roles")?,
            badges: row.try_get("badges")?,
        })
    });
    Ok(ParticipantPage { items: items.collect::<Result<_, sqlx::Error>>()?, next })
}
