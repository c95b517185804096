//! The caller whose limits a request counts against: a member, or the network of a client.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::LazyLock;

use causerie_events::{MemberId, SiteId};

use crate::auth::{Claims, SiteClaim};
use crate::tally::Tally;

/// A caller and its site, by which limits are counted. Keyed hashes of the decoded names: small to
/// copy, and independent of the encoding of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Principal {
    /// Shared by all callers of the site. Clients without a token share one.
    pub(super) site: Key,
    pub(super) caller: Key,
}

/// A site or a caller. The kind is part of the hash, so the two never share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key(u64);

impl Key {
    fn of(kind: &str, name: impl Hash) -> Self {
        static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        Self(HASHER.hash_one((kind, name)))
    }
}

impl Principal {
    #[must_use]
    pub(super) fn member(site: &SiteId, member: &MemberId) -> Self {
        let site = site.as_str();
        Self { site: Key::of("site", site), caller: Key::of("member", (site, member.as_str())) }
    }

    /// The bearer of a verified token. Its site is that of the token, not of the path. An
    /// operator's token is valid for all sites and counts for the site of the path.
    #[must_use]
    pub(super) fn bearer(claims: &Claims, of_path: Option<&SiteId>) -> Self {
        match (&claims.site, of_path) {
            (SiteClaim::One(site), _) => Self::member(site, &claims.sub),
            (SiteClaim::All, site) => Self {
                site: Key::of("site", site.map_or("", SiteId::as_str)),
                caller: Key::of("operator", claims.sub.as_str()),
            },
        }
    }

    /// A client without a valid token, by its network (`address.rs`).
    #[must_use]
    pub(super) fn anonymous(network: IpAddr) -> Self {
        Self { site: Key::of("anonymous", ""), caller: Key::of("network", network) }
    }
}

impl Tally<Key> {
    pub(super) fn hold(&mut self, Principal { site, caller }: Principal, amount: usize) {
        self.add(site, amount);
        self.add(caller, amount);
    }

    pub(super) fn release(&mut self, Principal { site, caller }: Principal, amount: usize) {
        self.subtract(&site, amount);
        self.subtract(&caller, amount);
    }
}

#[cfg(test)]
pub(super) fn test_principal(site: &str, member: &str) -> Principal {
    Principal::member(&site.parse().unwrap(), &member.parse().unwrap())
}
