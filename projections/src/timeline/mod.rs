//! `timeline`: the messages of a conversation, numbered without a hole in the log's order; what became of them; and how
//! far each reader has read.
//!
//! Start at [`list`] for reading and at `projector` for writing. The inbox and the conversation list take last messages
//! and unread counts from these tables.

mod batch;
mod changes;
mod messages;
mod page;
mod projector;
mod query;
mod readers;
mod seats;
mod stored;
mod view;

pub use page::{Around, Page, Window};
pub use projector::TimelineProjector;
pub use query::{ListMessages, list};
pub use stored::{MessagePlace, Stored, get_many, place_of};
pub use view::{MessageView, ReactionView, ReplyPreview};

/// The read model's name.
pub const NAME: &str = "timeline";
