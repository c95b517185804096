//! Events of a message. Each message is its own stream, so that a send costs the same in an empty conversation and after
//! a million messages. Stream id: `<site>/<message>`.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MemberId, MessageId};
use crate::text::MessageText;

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum MessageEvent {
    /// A participant sent the message.
    MessageSent(MessageSent),
}

/// The data of [`MessageEvent::MessageSent`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageSent {
    /// The conversation it was sent to.
    pub conversation_id: ConversationId,
    /// Who sent it.
    pub author_id: MemberId,
    /// What it says.
    pub text: MessageText,
    /// The message it answers, of the same conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// When the service took it. For people to read; the order is the log's.
    pub sent_at: Timestamp,
}

impl DomainEvent for MessageEvent {
    fn event_type(&self) -> String {
        match self {
            Self::MessageSent(_) => "MessageSent",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
