//! The rules of member chat, as aggregates and the commands that change them. Pure: no I/O, no clock, no randomness; time
//! and ids come with the command, and the facts about other aggregates beside it.
//!
//! Four laws, each held by a property test in the aggregate's `tests`:
//!
//! 1. `decide` is pure.
//! 2. `apply` never fails.
//! 3. A command is idempotent: one already in effect yields no events. A contradiction is an error.
//! 4. The state after a command equals the fold of the history plus the decided events.
//!
//! Who may do what stands in [`permission`], in two tables.
//!
//! Each aggregate is a folder: `state.rs` has the aggregate and `apply`, `error.rs` its refusals, and the other files its
//! commands. A command is one type with its facts and its decision ([`Decide`]) in one place.

pub mod actor;
pub mod conversation;
pub mod decide;
pub mod error;
pub mod member;
pub mod message;
pub mod participation;
pub mod permission;
pub mod site;
#[cfg(test)]
mod testing;

pub use actor::{Actor, Role};
pub use conversation::Conversation;
pub use decide::{Decide, Decided};
pub use error::{Element, Kind, Refusal};
pub use member::Member;
pub use message::Message;
pub use participation::Participation;
pub use site::Site;
