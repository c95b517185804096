//! Members who are staff or owner by their token only. The log does not contain this role, so the service remembers it
//! until the token expires, so that staff cannot block the owner or each other.

use causerie_domain::Role;
use causerie_events::{MemberId, SiteId};
use jiff::Timestamp;
use moka::Equivalent;
use moka::sync::Cache;

const CAPACITY: u64 = 10_000;

/// The roles of staff and owners in the tokens that this process has verified.
#[derive(Debug)]
pub struct TokenRoles(Cache<(SiteId, MemberId), SeenRole>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SeenRole {
    role: Role,
    expires: Timestamp,
}

/// A borrowed key, so that a lookup with each request copies nothing.
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
    /// Remembers the role of a verified token. The latest token counts.
    pub(crate) fn note(&self, site: &SiteId, member: &MemberId, role: Role, expires: Timestamp) {
        let seen = match role {
            Role::Staff | Role::Owner => Some(SeenRole { role, expires }),
            Role::Member => None,
            // Operators are not members of the site.
            Role::Operator => return,
        };
        let holder = Holder(site, member);
        // Usually the role is known, and a read is cheaper than a write.
        if self.0.get(&holder) != seen {
            match seen {
                Some(seen) => self.0.insert((site.clone(), member.clone()), seen),
                None => self.0.invalidate(&holder),
            }
        }
    }

    /// The role in the latest token of a member, if it is staff or owner and the token is valid.
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
