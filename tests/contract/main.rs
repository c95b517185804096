//! The documents of the API: the service serves them as committed, and behaves accordingly, for generated
//! clients and for generated requests.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod clients;
mod generated;
mod served;
mod tools;
