//! The rules of member chat, as aggregates on cqrs-es. Pure: no I/O, no clock, no randomness; time, ids and facts about
//! other aggregates come in with the command.
//!
//! Four laws, each held by a property test in the aggregate's `tests`:
//!
//! 1. `decide` is pure.
//! 2. `apply` never fails.
//! 3. Deciding again is deciding once: a command already in effect gives no events. A contradiction is an error.
//! 4. The state after `handle` equals the fold of the history plus the decided events.
//!
//! Who may do what stands in [`permission`], in two tables.
//!
//! Each aggregate is a folder: `command.rs`, `state.rs` (the aggregate and `apply`), `decide.rs`, `error.rs`, `tests`.

pub mod actor;
pub mod aggregate;
pub mod conversation;
pub mod error;
pub mod member;
pub mod message;
pub mod participation;
pub mod permission;
pub mod site;
#[cfg(test)]
mod testing;

pub use actor::{Actor, Role};
pub use aggregate::Decide;
pub use conversation::Conversation;
pub use error::{Element, Kind, Refusal};
pub use member::Member;
pub use message::Message;
pub use participation::Participation;
pub use site::Site;
