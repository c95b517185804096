//! One member's participation in one conversation: the read marker and the preferences. Its own small stream, so that
//! reading never waits for writing.

mod commands;
mod error;
mod state;
#[cfg(test)]
mod tests;

pub use commands::{ChangePreferences, MarkRead, MarkReadFacts, PreferencesFacts};
pub use error::ParticipationError;
pub use state::Participation;
