//! One member's participation in one conversation: how far they have read, and how they keep it in their list. Its own
//! small stream, so that reading never waits for writing.

mod command;
mod decide;
mod error;
mod state;
#[cfg(test)]
mod tests;

pub use command::{ChangePreferences, MarkRead, ParticipationCommand};
pub use error::ParticipationError;
pub use state::Participation;
