//! The groups that a member is an admin of.

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use uuid::Uuid;

use crate::error::ReadError;

/// The open groups that a member is an admin of. Cost: linear in the conversations of the member.
pub async fn administered_by(pool: &Pool, site: &SiteId, member: &MemberId) -> Result<Vec<ConversationId>, ReadError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT p.conversation_id FROM read_models.conversation_list_participants p
           JOIN read_models.conversation_list c USING (site_id, conversation_id)
          WHERE p.site_id = $1 AND p.member_id = $2 AND p.admin AND NOT c.closed",
    )
    .bind(site.as_str())
    .bind(member.as_str())
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(ConversationId::from).collect())
}
