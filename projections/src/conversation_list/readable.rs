//! The conversations that a member may read, for the live stream.

use std::collections::HashMap;

use causerie_events::{ConversationId, MemberId, SiteId};
use causerie_store::Pool;
use causerie_store::follower::Checkpoint;
use sqlx::Row;
use uuid::Uuid;

use crate::checkpoint::{self, number};
use crate::error::ReadError;

#[derive(Debug, Clone, PartialEq)]
pub struct ReadableConversations {
    /// The checkpoint of the read model in the same snapshot.
    pub checkpoint: Checkpoint,
    /// The conversations of the member, each with the first log number they may read.
    pub reads_from: HashMap<ConversationId, u64>,
}

/// The conversations of a member and the checkpoint, in one statement and so in one snapshot.
pub async fn readable(pool: &Pool, site: &SiteId, member: &MemberId) -> Result<ReadableConversations, ReadError> {
    let rows = sqlx::query(
        "SELECT c.log_number, c.epoch, c.transaction_id::text AS xid, c.position AS pos, p.conversation_id, p.reads_from
           FROM read_models.projection_checkpoints c
           LEFT JOIN read_models.conversation_list_participants p ON p.site_id = $2 AND p.member_id = $3
          WHERE c.projection = $1",
    )
    .bind(super::NAME)
    .bind(site.as_str())
    .bind(member.as_str())
    .fetch_all(pool)
    .await?;
    let mut readable = ReadableConversations { checkpoint: Checkpoint::default(), reads_from: HashMap::new() };
    for row in &rows {
        readable.checkpoint = checkpoint::of_row(row)?;
        if let Some(conversation) = row.try_get::<Option<Uuid>, _>("conversation_id")? {
            readable.reads_from.insert(conversation.into(), number(row.try_get("reads_from")?)?);
        }
    }
    Ok(readable)
}
