//! The documents of the API: that they are served, and that a change breaks nobody who relies on them.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod compare;
mod released;
mod served;
