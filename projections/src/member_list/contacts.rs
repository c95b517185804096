//! Blocks between members.

use std::collections::HashSet;

use causerie_events::{MemberId, SiteId};
use causerie_store::Pool;
use causerie_store::follower::Checkpoint;
use sqlx::Row;

use crate::checkpoint;
use crate::error::ReadError;
use crate::member_list::MemberView;
use crate::member_list::sql::blocks;
use crate::member_list::view::COLUMNS;

/// The members that a member has blocked, by name, including those who left: they can be unblocked.
pub async fn blocked_by(pool: &Pool, site: &SiteId, member: &MemberId) -> Result<Vec<MemberView>, ReadError> {
    let statement = format!(
        "SELECT {COLUMNS} FROM read_models.member_list_blocks b
           JOIN read_models.member_list m ON m.site_id = b.site_id AND m.member_id = b.blocked
          WHERE b.site_id = $1 AND b.blocker = $2
          ORDER BY m.search_name, m.member_id"
    );
    let rows = sqlx::query(&statement).bind(site.as_str()).bind(member.as_str()).fetch_all(pool).await?;
    Ok(rows.iter().map(MemberView::of_roster).collect::<Result<_, _>>()?)
}

/// The blocks between one member and others. A block has no effect against staff, so received
/// blocks count only if the member is not staff.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Members that the member has blocked, without staff.
    pub made: HashSet<MemberId>,
    pub received: HashSet<MemberId>,
}

impl Blocks {
    /// Whether a block between the member and another one has effect.
    #[must_use]
    pub fn hold(&self, other: &MemberId, is_staff: bool) -> bool {
        self.made.contains(other) || (!is_staff && self.received.contains(other))
    }
}

/// The blocks between this member and others, and the checkpoint, in one statement and so in one
/// snapshot.
pub async fn out_of_reach(pool: &Pool, site: &SiteId, member: &MemberId) -> Result<(Checkpoint, Blocks), ReadError> {
    let rows = sqlx::query(concat!(
        "SELECT c.log_number, c.epoch, c.transaction_id::text AS xid, c.position AS pos, others.id, others.made
           FROM read_models.projection_checkpoints c
           LEFT JOIN (
             SELECT mine.blocked AS id, true AS made FROM read_models.member_list_blocks mine
              WHERE mine.site_id = $2 AND mine.blocker = $3 AND ",
        blocks!("$2", "$3", "mine.blocked"),
        "    UNION ALL
             SELECT theirs.blocker, false FROM read_models.member_list_blocks theirs
              WHERE theirs.site_id = $2 AND theirs.blocked = $3
           ) others ON true
          WHERE c.projection = $1"
    ))
    .bind(super::NAME)
    .bind(site.as_str())
    .bind(member.as_str())
    .fetch_all(pool)
    .await?;
    let (mut checkpoint, mut blocks) = (Checkpoint::default(), Blocks::default());
    for row in &rows {
        checkpoint = checkpoint::of_row(row)?;
        if let Some(id) = row.try_get::<Option<String>, _>("id")? {
            let others = if row.try_get("made")? { &mut blocks.made } else { &mut blocks.received };
            others
                .insert(id.try_into().map_err(|error: causerie_events::InvalidId| sqlx::Error::Decode(error.into()))?);
        }
    }
    Ok((checkpoint, blocks))
}
