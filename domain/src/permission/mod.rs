//! Permissions: two tables, one for the site and its members, one for conversations and their messages. Every decision reads
//! them; there is no other check of permissions in the service.

mod conversation;
mod site;
#[cfg(test)]
mod tests;

pub use conversation::{ConversationAct, Place, permit};
pub use site::permit_list_groups;
pub(crate) use site::{SiteAct, allowed};
