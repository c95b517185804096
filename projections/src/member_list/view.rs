//! A member, as a reader sees them.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::row::from_name;

/// The status of a member on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// May read and send.
    Active,
    /// Waiting for approval.
    Pending,
    /// Blocked by owner or staff.
    Blocked,
    /// Removed by owner or staff.
    Removed,
}

impl MemberStatus {
    /// The name in JSON and in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
            Self::Removed => "removed",
        }
    }
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Member")]
pub struct MemberView {
    /// The id at the host.
    pub id: String,
    /// The name that others see.
    pub display_name: String,
    /// The URL of the avatar.
    pub avatar_url: Option<String>,
    /// The roles, by name.
    pub roles: Vec<String>,
    /// The badges, by name.
    pub badges: Vec<String>,
    /// Shown to owner, staff and the member only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<MemberStatus>,
    /// Whether the member has joined the community. Shown to owner, staff and the member only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community: Option<bool>,
    /// Whether the member may write to the business only. Shown to owner, staff and the member only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
}

/// The columns of a [`MemberView`], of `member_list AS m`.
pub(super) const COLUMNS: &str = concat!(
    "m.member_id, m.display_name, m.avatar_url, m.status, m.community, m.muted, ",
    super::sql::labels!("role", "m.site_id", "m.member_id"),
    " AS roles, ",
    super::sql::labels!("badge", "m.site_id", "m.member_id"),
    " AS badges"
);

impl MemberView {
    /// The fields that other members see.
    pub(super) fn of_roster(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self { status: None, community: None, muted: None, ..Self::in_full(row)? })
    }

    pub(super) fn in_full(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("member_id")?,
            display_name: row.try_get("display_name")?,
            avatar_url: row.try_get("avatar_url")?,
            roles: row.try_get("roles")?,
            badges: row.try_get("badges")?,
            status: Some(from_name(row.try_get("status")?)?),
            community: Some(row.try_get("community")?),
            muted: Some(row.try_get("muted")?),
        })
    }
}
