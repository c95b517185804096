//! Permissions, as two tables: one for the site and its members, one for conversations and their messages. All
//! permission checks of the service use them.

mod conversation;
mod site;
#[cfg(test)]
mod tests;

pub use conversation::{ConversationAction, ConversationContext, permit};
pub use site::permit_list_groups;
pub(crate) use site::{SiteAction, allowed};
