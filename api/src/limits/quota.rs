//! The headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), sent
//! with every response that counts against a rate limit.

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

#[derive(Debug, Clone, Copy)]
pub struct RemainingQuota {
    pub name: &'static str,
    pub burst: u32,
    /// Seconds until a used burst is available again.
    pub window: u32,
    pub remaining: u32,
    /// Seconds until one more is available.
    pub wait: u64,
}

#[derive(Debug, Clone, Default)]
pub struct CountedLimits(Arc<Mutex<Vec<RemainingQuota>>>);

impl CountedLimits {
    pub fn add(&self, quota: RemainingQuota) {
        self.lock().push(quota);
    }

    pub fn write(&self, headers: &mut HeaderMap) {
        let (mut policy, mut now) = (String::new(), String::new());
        for RemainingQuota { name, burst, window, remaining, wait } in self.lock().iter() {
            let separator = if policy.is_empty() { "" } else { ", " };
            // Writing to a string does not fail.
            let _ = write!(policy, "{separator}\"{name}\";q={burst};w={window}");
            let _ = write!(now, "{separator}\"{name}\";r={remaining};t={wait}");
        }
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", now)] {
            if let Ok(value) = HeaderValue::from_str(&value)
                && !value.is_empty()
            {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RemainingQuota>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_an_item_of_both_headers() {
        let counted = CountedLimits::default();
        let mut headers = HeaderMap::new();
        counted.write(&mut headers);
        assert!(headers.is_empty(), "no limits, no headers");
        counted.add(RemainingQuota { name: "requests", burst: 200, window: 4, remaining: 199, wait: 1 });
        counted.add(RemainingQuota { name: "sends", burst: 20, window: 4, remaining: 0, wait: 2 });
        counted.write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], r#""requests";q=200;w=4, "sends";q=20;w=4"#);
        assert_eq!(headers["ratelimit"], r#""requests";r=199;t=1, "sends";r=0;t=2"#);
    }
}
