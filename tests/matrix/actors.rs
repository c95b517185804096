//! The callers of the matrix.

/// Ordered by increasing permissions. A caller may find changes of an earlier one, and still gets the same response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Actor {
    /// Without a token.
    Anonymous,
    /// A member of another site, of the same id as the participant.
    Elsewhere,
    /// With a token of the site, but not registered.
    Unregistered,
    /// Waits for approval.
    Pending,
    /// In the group, then blocked by the site.
    Blocked,
    /// In the group, then removed from the site.
    Removed,
    /// In the group, then out of the community.
    Outside,
    /// In the group, then muted.
    Muted,
    /// An active member who is not in the group.
    Other,
    /// In the group.
    Participant,
    /// The admin of the group.
    Admin,
    /// Of all sites.
    Operator,
    /// By the token; not registered.
    Staff,
    /// By the token; not registered, and in no group.
    Owner,
}

use Actor::*;

impl Actor {
    pub(crate) const ALL: [Self; 14] = [
        Anonymous,
        Elsewhere,
        Unregistered,
        Pending,
        Blocked,
        Removed,
        Outside,
        Muted,
        Other,
        Participant,
        Admin,
        Operator,
        Staff,
        Owner,
    ];

    /// The registered members of the community, before some of them are blocked or removed.
    pub(crate) const COMMUNITY: [Self; 7] = [Blocked, Removed, Outside, Muted, Other, Participant, Admin];

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Anonymous => "unknown",
            Unregistered => "una",
            Pending => "pia",
            Blocked => "bob",
            Removed => "rem",
            Outside => "out",
            Muted => "mia",
            Other => "oto",
            Elsewhere | Participant => "paul",
            Admin => "ada",
            Operator => "op",
            Staff => "stan",
            Owner => "olga",
        }
    }

    pub(crate) const fn role(self) -> &'static str {
        match self {
            Operator => "operator",
            Staff => "staff",
            Owner => "owner",
            _ => "member",
        }
    }

    /// Staff, owner or operator.
    pub(crate) const fn runs(self) -> bool {
        matches!(self, Operator | Staff | Owner)
    }
}
