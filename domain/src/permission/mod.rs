//! Permissions, as two tables: one for the site and its members, one for conversations and their messages. All
//! permission checks of the service use them.

mod context;
mod conversation;
mod site;
#[cfg(test)]
mod tests;

pub use context::{Access, ConversationContext, MemberChat, Membership};
pub use conversation::{ConversationAction, permit};
pub use site::permit_list_groups;
pub(crate) use site::{SiteAction, allowed};
