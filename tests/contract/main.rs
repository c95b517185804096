//! The documents of the API: that they are served, that a change breaks nobody who relies on them, and that the running
//! service does what they say, whoever makes up the requests.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod clients;
mod compare;
mod made_up;
mod released;
mod served;
mod tools;
