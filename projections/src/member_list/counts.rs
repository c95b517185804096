//! CountMembers: the members of a site by status, role and badge, for its owner and staff.

use std::collections::BTreeMap;

use causerie_events::SiteId;
use causerie_store::Pool;
use serde::Serialize;
use sqlx::Row;

use crate::error::ReadError;

/// Numbers of members, without removed ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MemberCounts {
    /// Members of status `active`.
    pub active: i64,
    /// Members who wait for approval.
    pub pending: i64,
    /// Members of status `blocked`.
    pub blocked: i64,
    /// By role, for roles that members have.
    pub roles: BTreeMap<String, i64>,
    /// By badge, for badges that members have.
    pub badges: BTreeMap<String, i64>,
}

/// Counts the members of a site. Cost: linear in its members, their roles and badges.
pub async fn count(pool: &Pool, site: &SiteId) -> Result<MemberCounts, ReadError> {
    let rows = sqlx::query(
        "SELECT 'status' AS kind, status AS label, count(*) AS members FROM read_models.member_list
          WHERE site_id = $1 AND status <> 'removed' GROUP BY status
         UNION ALL
         SELECT l.kind, l.label, count(*)
           FROM read_models.member_list_labels l JOIN read_models.member_list m USING (site_id, member_id)
          WHERE l.site_id = $1 AND m.status <> 'removed' GROUP BY l.kind, l.label",
    )
    .bind(site.as_str())
    .fetch_all(pool)
    .await?;
    let mut counts = MemberCounts::default();
    for row in &rows {
        let label: String = row.try_get("label")?;
        let members = row.try_get("members")?;
        match (row.try_get("kind")?, label.as_str()) {
            ("status", "active") => counts.active = members,
            ("status", "pending") => counts.pending = members,
            ("status", _) => counts.blocked = members,
            ("role", _) => drop(counts.roles.insert(label, members)),
            _ => drop(counts.badges.insert(label, members)),
        }
    }
    Ok(counts)
}
