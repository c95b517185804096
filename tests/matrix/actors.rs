//! Who asks.

/// Everybody, the least powerful first: what one has changed, the next may find changed, and is still answered the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Actor {
    /// Without a token.
    Nobody,
    /// A member of another site, of the same id as the participant.
    Elsewhere,
    /// With a token of the site, but nobody registered them.
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
    /// An active member who is not in it.
    Other,
    /// In the group.
    Participant,
    /// The admin of the group.
    Admin,
    /// Of all sites.
    Operator,
    /// By their token; nobody registered them.
    Staff,
    /// In no group; nobody registered them.
    Owner,
}

use Actor::*;

impl Actor {
    pub(crate) const ALL: [Self; 14] = [
        Nobody,
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

    /// The registered members of the community, before any of them is barred.
    pub(crate) const COMMUNITY: [Self; 7] = [Blocked, Removed, Outside, Muted, Other, Participant, Admin];

    pub(crate) const fn id(self) -> &'static str {
        match self {
            Nobody => "nobody",
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

    /// Not a member of the site, but somebody who runs it.
    pub(crate) const fn runs(self) -> bool {
        matches!(self, Operator | Staff | Owner)
    }
}
