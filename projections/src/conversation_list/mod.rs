//! `conversation_list`: each member's conversations, latest first, and for staff the inbox of the business.
//!
//! Start at [`list`]. What was said, unread counts and names are not kept here but joined from `timeline` and
//! `member_list`, for the rows of a page only: a message moves one number here, and a new name nothing at all.

mod activity;
mod administered;
mod groups;
mod image;
mod inbox;
mod kind;
mod participants;
mod preferences;
mod projector;
mod query;
mod readable;
mod seats;
mod seen;
mod view;

pub use administered::administered_by;
pub use groups::{GroupView, GroupsPage, groups};
pub use image::image_path;
pub use kind::Kind;
pub use participants::{ParticipantView, ParticipantsPage, participants};
pub use preferences::is_archived;
pub use projector::ConversationListProjector;
pub use query::{ListConversations, Page, list};
pub use readable::{Readable, readable};
pub use seen::{Seen, seen_by};
pub use view::{ConversationView, LastMessage};

/// The read model's name.
pub const NAME: &str = "conversation_list";

/// The read models that a list shows: what was said last and what is unread are the timeline's, names the member list's.
pub const READS: [&str; 3] = [NAME, crate::timeline::NAME, crate::member_list::NAME];
