//! Commands to a message.

use causerie_events::{ConversationId, MemberId, MessageId, MessageText};
use jiff::Timestamp;

use crate::conversation::Access;
use crate::member::Standing;
use crate::site::MemberChat;

/// What can be asked of a message.
#[derive(Debug, Clone)]
pub enum MessageCommand {
    /// By a participant of the conversation.
    SendMessage(SendMessage),
}

/// Sends a message.
#[derive(Debug, Clone)]
pub struct SendMessage {
    /// Who sends.
    pub author: MemberId,
    /// Where to.
    pub conversation: ConversationId,
    /// What it says.
    pub text: MessageText,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The time of the service.
    pub sent_at: Timestamp,
    /// Looked up: the author's standing.
    pub author_standing: Standing,
    /// Looked up: whether members may talk to each other.
    pub member_chat: MemberChat,
    /// Looked up: what the author may do in the conversation.
    pub access: Access,
    /// Looked up: what `reply_to` names.
    pub reply_target: ReplyTarget,
}

/// What a reply answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyTarget {
    /// It is no reply.
    None,
    /// A message of the same conversation.
    Here,
    /// No message of this conversation.
    Unknown,
}
