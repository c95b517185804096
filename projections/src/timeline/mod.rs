//! `timeline`: the messages of a conversation, numbered without a hole in the log's order.

mod page;
mod projector;
mod query;

pub use page::{Around, Page, Window};
pub use projector::TimelineProjector;
pub use query::{MessageView, list, seq_of};

/// The read model's name.
pub const NAME: &str = "timeline";
