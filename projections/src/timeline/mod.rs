//! `timeline`: the messages of a conversation, numbered without gaps in log order; their changes;
//! and the markers of readers.
//!
//! Start at [`list`] for reading and at `projector` for writing. The conversation list joins last
//! messages and unread counts from these tables.

mod batch;
mod changes;
mod membership;
mod messages;
mod page;
mod projector;
mod query;
mod readers;
mod stored;
mod view;

pub use page::{MessagePage, MessagePosition, Window};
pub use projector::TimelineProjector;
pub use query::{ListMessages, list};
pub use stored::{MessagePlace, StoredMessages, get_many, place_of};
pub use view::{MessageView, ReactionView, ReplyPreview};

pub const NAME: &str = "timeline";
