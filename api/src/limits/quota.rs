//! What a limit leaves to a caller, told with every answer that was counted: `RateLimit-Policy` and `RateLimit`
//! (draft-ietf-httpapi-ratelimit-headers-10).

use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// One limit, and what it leaves to a caller.
#[derive(Debug, Clone, Copy)]
pub struct Left {
    /// The name of the limit.
    pub name: &'static str,
    /// How many at once.
    pub burst: u32,
    /// In how many seconds that many come again.
    pub window: u32,
    /// How many more now.
    pub remaining: u32,
    /// In how many seconds there is one more.
    pub wait: u64,
}

/// The limits that a request was counted against.
#[derive(Debug, Clone, Default)]
pub struct Counted(Arc<Mutex<Vec<Left>>>);

impl Counted {
    /// Notes one more.
    pub fn note(&self, left: Left) {
        self.lock().push(left);
    }

    /// Tells the caller.
    pub fn write(&self, headers: &mut HeaderMap) {
        let (mut policy, mut now) = (String::new(), String::new());
        for Left { name, burst, window, remaining, wait } in self.lock().iter() {
            let and = if policy.is_empty() { "" } else { ", " };
            // Writing to a text does not fail.
            let _ = write!(policy, "{and}\"{name}\";q={burst};w={window}");
            let _ = write!(now, "{and}\"{name}\";r={remaining};t={wait}");
        }
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", now)] {
            if let Ok(value) = HeaderValue::from_str(&value)
                && !value.is_empty()
            {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Left>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_an_item_of_both_lists() {
        let counted = Counted::default();
        let mut headers = HeaderMap::new();
        counted.write(&mut headers);
        assert!(headers.is_empty(), "without limits there is nothing to tell");
        counted.note(Left { name: "requests", burst: 200, window: 4, remaining: 199, wait: 1 });
        counted.note(Left { name: "sends", burst: 20, window: 4, remaining: 0, wait: 2 });
        counted.write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], r#""requests";q=200;w=4, "sends";q=20;w=4"#);
        assert_eq!(headers["ratelimit"], r#""requests";r=199;t=1, "sends";r=0;t=2"#);
    }
}
