//! A conversation: who is in it and how it is set up, never its messages.

mod access;
mod command;
mod create;
mod decide;
mod error;
mod manage;
mod participants;
mod state;
#[cfg(test)]
mod tests;

pub use access::{Access, Kind, Seat};
pub use command::{
    AddParticipant, AppointAdmin, Candidate, ChangeAdmin, ChangeGroup, ChangeGroupImage, ConversationCommand,
    CreateGroup, DeleteGroup, RemoveParticipant, Standings, StartBusinessConversation, StartDirectConversation,
};
pub use error::ConversationError;
pub use state::{Business, Conversation, Direct, Group, Member};
