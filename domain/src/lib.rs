//! The rules of member chat, as aggregates and the commands that change them. Pure: no I/O, no clock, no
//! randomness. A command carries its time and ids; the facts about other aggregates are passed with it.
//!
//! Property tests in the `tests` of each aggregate check four laws:
//!
//! 1. `decide` is pure.
//! 2. `apply` never fails.
//! 3. A command is idempotent: one already in effect yields no events. A contradiction is an error.
//! 4. The state after a command equals the fold of the history plus the decided events.
//!
//! Two tables in [`permission`] define which actors may issue which commands.
//!
//! Each aggregate is a folder: `state.rs` has the aggregate and `apply`, and the other files its commands. The
//! type of a command, its facts and its decision ([`Decide`]) are in one file. [`error`] has all refusals.

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

pub use actor::{Actor, Role, Standing};
pub use conversation::Conversation;
pub use decide::{Decide, Decided};
pub use error::{
    ConversationError, ListElement, MemberError, MessageError, ParticipationError, Refusal, RefusalKind, SiteError,
};
pub use member::Member;
pub use message::Message;
pub use participation::Participation;
pub use permission::MemberChat;
pub use site::Site;
