//! Conversations as several members see them, with counts as of events of the log, for the live
//! stream.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use sqlx::Row;

use crate::checkpoint::{number, signed};
use crate::conversation_list::ConversationView;
use crate::conversation_list::view::VIEWS_OF_PAGE;
use crate::error::ReadError;

#[derive(Debug, Clone, PartialEq)]
pub struct SeenConversation {
    pub viewer: String,
    /// The counts are as of this event.
    pub log_number: u64,
    /// Other viewers see only conversations with the business, and only if they are staff.
    pub is_participant: bool,
    pub view: ConversationView,
}

/// Each conversation as each viewer sees it, with counts as of its log number, which the read
/// models must have reached. Omits conversations of which a viewer is not a participant, except
/// those with the business, and conversations with parked events, whose changes the read models do
/// not show.
///
/// One statement. Cost: linear in conversations times viewers.
pub async fn seen_by(
    pool: &Pool,
    site: &SiteId,
    viewers: &[&MemberId],
    conversations: &[(ConversationId, u64)],
) -> Result<Vec<SeenConversation>, ReadError> {
    let statement = format!(
        "WITH page AS (
           SELECT c.site_id, c.conversation_id, greatest(c.last_log_number, p.joined_log_number) AS last_log_number,
                  viewer.member_id, wanted.as_of
             FROM unnest($2::text[]) AS viewer(member_id)
             CROSS JOIN unnest($3::uuid[], $4::bigint[]) AS wanted(conversation_id, as_of)
             JOIN read_models.conversation_list c ON c.site_id = $1 AND c.conversation_id = wanted.conversation_id
             LEFT JOIN read_models.conversation_list_participants p
               ON p.site_id = c.site_id AND p.conversation_id = c.conversation_id
              AND p.member_id = viewer.member_id
            WHERE (p.member_id IS NOT NULL OR c.kind = 'business')
              AND NOT EXISTS (SELECT 1 FROM read_models.projection_parked parked
                               WHERE parked.projection IN ('conversation_list', 'timeline')
                                 AND parked.key IN ($1 || '/conversation/' || c.conversation_id, $1 || '/*')))
         {VIEWS_OF_PAGE}"
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
        Ok(SeenConversation {
            viewer: row.try_get("viewer")?,
            log_number,
            is_participant: row.try_get("is_participant")?,
            view,
        })
    });
    Ok(seen.collect::<Result<_, sqlx::Error>>()?)
}
