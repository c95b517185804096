//! The read marker and preferences of a member in a conversation. An aggregate of its own, so that marking
//! messages as read does not conflict with changes of the conversation.

mod commands;
mod state;
#[cfg(test)]
mod tests;

pub use commands::{ChangePreferences, MarkRead, MarkReadFacts, PreferencesFacts};
pub use state::Participation;
