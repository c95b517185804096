//! A conversation: who is in it and how it is set up, never its messages.

mod command;
mod create;
mod decide;
mod error;
mod participants;
mod state;
#[cfg(test)]
mod tests;

pub use command::{AddParticipant, Candidate, ConversationCommand, CreateGroup, RemoveParticipant};
pub use error::ConversationError;
pub use state::{Access, Conversation, Group, Seat};
