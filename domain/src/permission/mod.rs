//! Who may do what: two tables, one for the site and its members, one for conversations and their messages. Every decision
//! asks them, and nothing else in the service says who may do what.

mod conversation;
mod site;
#[cfg(test)]
mod tests;

pub use conversation::{ConversationAct, Place, permit};
pub use site::permit_list_groups;
pub(crate) use site::{SiteAct, allowed};
