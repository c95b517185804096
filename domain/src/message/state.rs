//! What a message is.

use causerie_events::message::MessageSent;
use causerie_events::{ConversationId, MessageEvent};
use serde::{Deserialize, Serialize};

use crate::aggregate::aggregate;
use crate::message::{MessageCommand, MessageError, ReplyTarget};

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// Nobody sent it.
    #[default]
    Missing,
    /// As it was sent.
    Sent(MessageSent),
}

impl Message {
    /// What a reply to this message answers, seen from a conversation.
    #[must_use]
    pub fn as_reply_target(&self, conversation: ConversationId) -> ReplyTarget {
        match self {
            Self::Sent(sent) if sent.conversation_id == conversation => ReplyTarget::Here,
            Self::Sent(_) | Self::Missing => ReplyTarget::Unknown,
        }
    }

    pub(super) fn evolve(&mut self, event: MessageEvent) {
        match event {
            MessageEvent::MessageSent(sent) => *self = Self::Sent(sent),
        }
    }
}

aggregate!(Message, "message", MessageCommand, MessageEvent, MessageError);
