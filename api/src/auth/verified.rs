//! Cache of verified tokens, because clients send the same token with each request and verifying a signature is expensive.

use std::fmt;
use std::sync::Arc;

use moka::sync::Cache;

use super::claims::Claims;

/// The maximum size of cached tokens and claims, in bytes.
const MAX_CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// The approximate size of the claims of a token, in bytes.
const CLAIMS_BYTES: usize = 512;

/// The key is the exact token as sent.
pub(super) struct VerifiedTokens(Cache<Arc<str>, Entry>);

#[derive(Debug, Clone)]
struct Entry {
    claims: Arc<Claims>,
    /// The edition of the keys with which the token was verified.
    keys: u64,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        let weigh = |token: &Arc<str>, _: &Entry| u32::try_from(token.len() + CLAIMS_BYTES).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MAX_CACHE_BYTES).weigher(weigh).build())
    }
}

impl fmt::Debug for VerifiedTokens {
    /// Without the tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedTokens").field("count", &self.0.entry_count()).finish_non_exhaustive()
    }
}

impl VerifiedTokens {
    /// The claims of a token verified with this edition of the keys. The caller must check the expiry.
    pub(super) fn get(&self, token: &str, keys: u64) -> Option<Arc<Claims>> {
        self.0.get(token).filter(|entry| entry.keys == keys).map(|entry| entry.claims)
    }

    pub(super) fn keep(&self, token: &str, keys: u64, claims: &Arc<Claims>) {
        self.0.insert(token.into(), Entry { claims: Arc::clone(claims), keys });
    }
}
