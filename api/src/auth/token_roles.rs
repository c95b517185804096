//! Who works for the business by their token alone: the log does not know it, and the service learns it from requests. So
//! that staff do not bar the owner or each other, it is remembered for as long as the token holds.

use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use jiff::Timestamp;
use moka::Equivalent;
use moka::sync::Cache;

/// The most members remembered.
const CAPACITY: u64 = 10_000;

/// The roles of staff and owners in the tokens that this process has verified.
#[derive(Debug)]
pub struct TokenRoles(Cache<(SiteId, MemberId), Seen>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    role: Role,
    expires: Timestamp,
}

/// A key to look up with: each request of a member does, so nothing is copied for it.
#[derive(Hash)]
struct Holder<'a>(&'a SiteId, &'a MemberId);

impl Equivalent<(SiteId, MemberId)> for Holder<'_> {
    fn equivalent(&self, (site, member): &(SiteId, MemberId)) -> bool {
        self.0 == site && self.1 == member
    }
}

impl Default for TokenRoles {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl TokenRoles {
    /// Notes the role in a token that was just verified: the latest counts.
    pub(crate) fn note(&self, site: &SiteId, member: &MemberId, role: Role, expires: Timestamp) {
        let seen = match role {
            Role::Staff | Role::Owner => Some(Seen { role, expires }),
            Role::Member => None,
            // Not a member of the site, whatever their id is.
            Role::Operator => return,
        };
        let holder = Holder(site, member);
        // Mostly it is known: looking it up costs less than writing it.
        if self.0.get(&holder) != seen {
            match seen {
                Some(seen) => self.0.insert((site.clone(), member.clone()), seen),
                None => self.0.invalidate(&holder),
            }
        }
    }

    /// The role in the latest token of a member, where that is staff or owner and the token still holds.
    #[must_use]
    pub fn of(&self, site: &SiteId, member: &MemberId) -> Option<Role> {
        self.of_at(site, member, Timestamp::now())
    }

    fn of_at(&self, site: &SiteId, member: &MemberId, now: Timestamp) -> Option<Role> {
        self.0.get(&Holder(site, member)).filter(|seen| seen.expires >= now).map(|seen| seen.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn role_of_the_latest_token_counts_until_it_expires() {
        let (roles, ada) = (TokenRoles::default(), "ada".parse().unwrap());
        let (acme, other) = ("acme".parse().unwrap(), "other".parse().unwrap());
        assert_eq!(roles.of_at(&acme, &ada, at(0)), None);
        roles.note(&acme, &ada, Role::Staff, Timestamp::MAX);
        assert_eq!((roles.of_at(&acme, &ada, at(7)), roles.of_at(&other, &ada, at(7))), (Some(Role::Staff), None));
        roles.note(&acme, &ada, Role::Owner, Timestamp::MAX);
        assert_eq!(roles.of_at(&acme, &ada, at(7)), Some(Role::Owner));
        roles.note(&acme, &ada, Role::Member, Timestamp::MAX);
        assert_eq!(roles.of_at(&acme, &ada, at(7)), None);
        roles.note(&acme, &ada, Role::Staff, at(10));
        assert_eq!((roles.of_at(&acme, &ada, at(10)), roles.of_at(&acme, &ada, at(11))), (Some(Role::Staff), None));
    }
}
