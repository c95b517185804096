//! A conversation: its participants and settings, not its messages.

mod access;
mod admins;
mod manage;
mod participants;
mod start;
mod state;
#[cfg(test)]
mod tests;

pub use admins::{AppointAdmin, ChangeAdmin, Standings};
pub use manage::{ChangeGroup, ChangeGroupImage, DeleteGroup};
pub use participants::{AddParticipant, AddParticipantFacts, RemoveParticipant};
pub use start::{CreateGroup, CreateGroupFacts, StartBusinessConversation, StartDirectConversation, StartDirectFacts};
pub use state::{BusinessConversation, Conversation, DirectConversation, Group, GroupParticipant};
