//! The callers of the matrix.

use causerie_tests::oracle::Role;

/// Declares the actors with their ids, in the order of `ALL`.
macro_rules! actors {
    ($($(#[$doc:meta])* $actor:ident = $id:literal;)+) => {
        /// Ordered by increasing permissions. A caller may find changes of an earlier one, and still gets the same response.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Actor {
            $($(#[$doc])* $actor,)+
        }

        impl Actor {
            pub(crate) const ALL: [Self; 14] = [$(Self::$actor),+];

            pub(crate) const fn id(self) -> &'static str {
                match self {
                    $(Self::$actor => $id,)+
                }
            }
        }
    };
}

actors! {
    /// Without a token.
    Anonymous = "unknown";
    /// A member of another site, of the same id as the participant.
    Elsewhere = "paul";
    /// With a token of the site, but not registered.
    Unregistered = "una";
    /// Waits for approval.
    Pending = "pia";
    /// In the group, then blocked by the site.
    Blocked = "bob";
    /// In the group, then removed from the site.
    Removed = "rem";
    /// In the group, then out of the community.
    Outside = "out";
    /// In the group, then muted.
    Muted = "mia";
    /// An active member who is not in the group.
    Other = "oto";
    /// In the group.
    Participant = "paul";
    /// The admin of the group.
    Admin = "ada";
    /// Of all sites.
    Operator = "op";
    /// By the token; not registered.
    Staff = "stan";
    /// By the token; not registered, and in no group.
    Owner = "olga";
}

/// The callers whose tokens have another role than `member`.
pub(crate) const TOKEN_ROLES: [(&str, Role); 3] =
    [(Actor::Operator.id(), Role::Operator), (Actor::Staff.id(), Role::Staff), (Actor::Owner.id(), Role::Owner)];

impl Actor {
    /// The registered members of the community, before some of them are blocked or removed.
    pub(crate) const COMMUNITY: [Self; 7] =
        [Self::Blocked, Self::Removed, Self::Outside, Self::Muted, Self::Other, Self::Participant, Self::Admin];

    pub(crate) const fn role(self) -> Role {
        match self {
            Self::Operator => Role::Operator,
            Self::Staff => Role::Staff,
            Self::Owner => Role::Owner,
            _ => Role::Member,
        }
    }
}
