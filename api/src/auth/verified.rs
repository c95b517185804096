//! Tokens that were checked before: a client sends the same one with each request. Checking it was a twentieth of what a send
//! costs this process, with a shared secret; a public key takes longer.

use std::sync::Arc;

use moka::sync::Cache;

use super::claims::Claims;

/// Bytes of tokens and claims that are kept.
const CAPACITY: u64 = 8 * 1024 * 1024;
/// About what the claims of a token take, besides the token.
const CLAIMS: usize = 512;

/// By the token, as it was sent: another one, however alike, is checked.
#[derive(Debug)]
pub(super) struct Verified(Cache<Arc<str>, Entry>);

#[derive(Debug, Clone)]
struct Entry {
    claims: Arc<Claims>,
    /// Which set of keys it was checked with.
    keys: u64,
}

impl Default for Verified {
    fn default() -> Self {
        let weigh = |token: &Arc<str>, _: &Entry| u32::try_from(token.len() + CLAIMS).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(CAPACITY).weigher(weigh).build())
    }
}

impl Verified {
    /// What a token says that was checked with these keys. Whether it still holds at this time is for the caller to tell.
    pub(super) fn get(&self, token: &str, keys: u64) -> Option<Arc<Claims>> {
        self.0.get(token).filter(|entry| entry.keys == keys).map(|entry| entry.claims)
    }

    pub(super) fn keep(&self, token: &str, keys: u64, claims: &Arc<Claims>) {
        self.0.insert(token.into(), Entry { claims: Arc::clone(claims), keys });
    }
}
