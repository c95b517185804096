//! Events of a message. Each message has its own stream, so the cost of a send does not grow with
//! the conversation. Stream id: `<site>/<message>`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain_event::DomainEvent;
use crate::id::{ConversationId, MemberId, MessageId};
use crate::text::{Emoji, MessageText};

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum MessageEvent {
    /// A participant sent the message.
    MessageSent(MessageSent),
    /// The author edited the text.
    MessageEdited(MessageEdited),
    /// The author, a group admin or the owner deleted the message. A placeholder remains.
    MessageDeleted(MessageDeleted),
    /// A participant reacted with an emoji.
    ReactionAdded(Reaction),
    /// A participant removed their reaction.
    ReactionRemoved(Reaction),
}

/// The data of [`MessageEvent::MessageSent`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageSent {
    /// The conversation it was sent to.
    pub conversation_id: ConversationId,
    /// The author.
    pub author_id: MemberId,
    /// The text.
    pub text: MessageText,
    /// The message of the same conversation that this one replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    /// When the service accepted the message. For display; messages are ordered by log position.
    pub sent_at: Timestamp,
    /// The version of the conversation at the send: the message follows that event of the
    /// conversation and precedes the next one, so this version determines the participants. 0 where
    /// it was not recorded.
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub conversation_version: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_unknown(conversation_version: &u64) -> bool {
    *conversation_version == 0
}

/// The data of [`MessageEvent::MessageEdited`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageEdited {
    /// The conversation it is in.
    pub conversation_id: ConversationId,
    /// The new text.
    pub text: MessageText,
    /// When the service accepted the edit.
    pub edited_at: Timestamp,
}

/// The data of [`MessageEvent::MessageDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageDeleted {
    /// The conversation it is in.
    pub conversation_id: ConversationId,
    /// The member who deleted it.
    pub deleted_by: MemberId,
}

/// The data of [`MessageEvent::ReactionAdded`] and [`MessageEvent::ReactionRemoved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reaction {
    /// The conversation the message is in.
    pub conversation_id: ConversationId,
    /// The participant whose reaction it is.
    pub member_id: MemberId,
    /// The emoji.
    pub emoji: Emoji,
}

impl MessageEvent {
    /// The conversation that the message is in.
    #[must_use]
    pub const fn conversation_id(&self) -> ConversationId {
        match self {
            Self::MessageSent(sent) => sent.conversation_id,
            Self::MessageEdited(edited) => edited.conversation_id,
            Self::MessageDeleted(deleted) => deleted.conversation_id,
            Self::ReactionAdded(reaction) | Self::ReactionRemoved(reaction) => reaction.conversation_id,
        }
    }
}

impl DomainEvent for MessageEvent {
    fn event_type(&self) -> String {
        match self {
            Self::MessageSent(_) => "MessageSent",
            Self::MessageEdited(_) => "MessageEdited",
            Self::MessageDeleted(_) => "MessageDeleted",
            Self::ReactionAdded(_) => "ReactionAdded",
            Self::ReactionRemoved(_) => "ReactionRemoved",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
