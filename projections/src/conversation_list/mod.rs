//! `conversation_list`: each member's conversations, latest first, and for staff the inbox of the
//! business.
//!
//! Start at [`list`]. Texts, unread counts and names are joined from `timeline` and `member_list`
//! for the rows of a page, so a message changes one number here, and a new name changes nothing.

mod activity;
mod administered;
mod groups;
mod image;
mod inbox;
mod membership;
mod participants;
mod preferences;
mod projector;
mod query;
mod readable;
mod seen;
mod view;

pub use administered::administered_by;
pub use groups::{GroupPage, GroupView, groups};
pub use image::image_path;
pub use participants::{ParticipantPage, ParticipantView, participants};
pub use preferences::is_archived;
pub use projector::ConversationListProjector;
pub use query::{ConversationPage, ListConversations, list};
pub use readable::{ReadableConversations, readable};
pub use seen::{SeenConversation, seen_by};
pub use view::{ConversationView, LastMessage};

pub const NAME: &str = "conversation_list";

pub const READS: [&str; 3] = [NAME, crate::timeline::NAME, crate::member_list::NAME];
