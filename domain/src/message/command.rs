//! Commands to a message.

use causerie_events::{ConversationId, Emoji, MessageId, MessageText};
use jiff::Timestamp;

use crate::actor::Actor;
use crate::permission::Place;

/// What can be asked of a message. Who may ask what: `permission/conversation.rs`.
#[derive(Debug, Clone)]
pub enum MessageCommand {
    /// By a participant of the conversation.
    SendMessage(SendMessage),
    /// By its author.
    EditMessage(EditMessage),
    /// By its author, an admin of the group or the owner.
    DeleteMessage(DeleteMessage),
    /// AddReaction, RemoveReaction: by a participant.
    React(React),
}

/// Sends a message.
#[derive(Debug, Clone)]
pub struct SendMessage {
    /// Who sends.
    pub actor: Actor,
    /// Where to.
    pub conversation: ConversationId,
    /// What it says.
    pub text: MessageText,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The time of the service.
    pub sent_at: Timestamp,
    /// Looked up: what the conversation is to the actor.
    pub place: Place,
    /// Looked up: what `reply_to` names.
    pub reply_target: ReplyTarget,
}

/// What a reply answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyTarget {
    /// It is no reply.
    None,
    /// A message of the same conversation that the actor may read.
    Here,
    /// No message that the actor knows of.
    Unknown,
}

/// Changes what a message says.
#[derive(Debug, Clone)]
pub struct EditMessage {
    /// Who asks.
    pub actor: Actor,
    /// Where the message is said to be.
    pub conversation: ConversationId,
    /// What it is to say.
    pub text: MessageText,
    /// The time of the service.
    pub edited_at: Timestamp,
    /// Looked up: what the conversation is to the actor.
    pub place: Place,
}

/// Deletes a message; a placeholder stays.
#[derive(Debug, Clone)]
pub struct DeleteMessage {
    /// Who asks.
    pub actor: Actor,
    /// Where the message is said to be.
    pub conversation: ConversationId,
    /// Looked up: what the conversation is to the actor.
    pub place: Place,
}

/// Reacts to a message, or takes a reaction back.
#[derive(Debug, Clone)]
pub struct React {
    /// Who reacts.
    pub actor: Actor,
    /// Where the message is said to be.
    pub conversation: ConversationId,
    /// With what.
    pub emoji: Emoji,
    /// Whether the reaction is to be there.
    pub on: bool,
    /// Looked up: what the conversation is to the actor.
    pub place: Place,
}
