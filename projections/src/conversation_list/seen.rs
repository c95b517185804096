//! Conversations as several members see them, with counts as of events of the log: what the live stream shows.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use sqlx::Row;

use crate::checkpoint::{number, signed};
use crate::conversation_list::ConversationView;
use crate::conversation_list::view::OF_PAGE;
use crate::error::ReadError;

/// A conversation as one member sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Who sees it.
    pub viewer: String,
    /// The event that its counts are as of.
    pub log_number: u64,
    /// Whether the viewer is a participant. Without a seat a conversation with the business is for staff only.
    pub seated: bool,
    /// What they see.
    pub view: ConversationView,
}

/// Each of these conversations, with counts as of the log number beside it, as each of these members sees it. The read
/// models must have reached those log numbers. Left out are the conversations that a member has no seat in, save those
/// with the business, and those with parked events: the read models do not show their changes.
///
/// One statement; linear in conversations times viewers.
pub async fn seen_by(
    pool: &Pool,
    site: &SiteId,
    viewers: &[&MemberId],
    conversations: &[(ConversationId, u64)],
) -> Result<Vec<Seen>, ReadError> {
    let statement = format!(
        "WITH page AS (
           SELECT c.site_id, c.conversation_id, greatest(c.last_log_number, seat.joined_log_number) AS last_log_number,
                  viewer.member_id, wanted.as_of
             FROM unnest($2::text[]) AS viewer(member_id)
             CROSS JOIN unnest($3::uuid[], $4::bigint[]) AS wanted(conversation_id, as_of)
             JOIN read_models.conversation_list c ON c.site_id = $1 AND c.conversation_id = wanted.conversation_id
             LEFT JOIN read_models.conversation_list_participants seat
               ON seat.site_id = c.site_id AND seat.conversation_id = c.conversation_id
              AND seat.member_id = viewer.member_id
            WHERE (seat.member_id IS NOT NULL OR c.kind = 'business')
              AND NOT EXISTS (SELECT 1 FROM read_models.projection_parked parked
                               WHERE parked.projection IN ('conversation_list', 'timeline')
                                 AND parked.key IN ($1 || '/conversation/' || c.conversation_id, $1 || '/*')))
         {OF_PAGE}"
    );
    let (ids, as_of): (Vec<_>, Vec<_>) =
        conversations.iter().map(|(id, log_number)| (id.as_uuid(), signed(*log_number))).unzip();
    let rows = sqlx::query(&statement)
        .bind(site.as_str())
        .bind(viewers.iter().map(|member| member.as_str()).collect::<Vec<_>>())
        .bind(ids)
        .bind(as_of)
        .fetch_all(pool)
        .await?;
    let seen = rows.iter().map(|row| {
        let view = ConversationView::of(row)?;
        let log_number = number(view.as_of)?;
        Ok(Seen { viewer: row.try_get("viewer")?, log_number, seated: row.try_get("seated")?, view })
    });
    Ok(seen.collect::<Result<_, sqlx::Error>>()?)
}
