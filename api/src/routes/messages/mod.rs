//! Messages of a conversation.

mod list_messages;
mod send_message;

pub(super) use list_messages::list_messages;
pub(super) use send_message::send_message;
