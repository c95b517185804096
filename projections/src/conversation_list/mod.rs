//! `conversation_list`: each member's conversations, latest first, with what was said last.

mod projector;
mod query;

pub use projector::ConversationListProjector;
pub use query::{ConversationView, Kind, LastMessage, ListConversations, Page, Readable, list, readable};

/// The read model's name.
pub const NAME: &str = "conversation_list";
