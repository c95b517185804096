//! The commands to a message. Permissions are in `permission/conversation.rs`.

use causerie_events::message::{MessageDeleted, MessageEdited, MessageSent, Reaction};
use causerie_events::{ConversationId, Emoji, MemberId, MessageEvent, MessageId, MessageText, SiteId, StreamId};
use jiff::Timestamp;

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::error::MessageError;
use crate::message::{Message, PostedMessage};
use crate::permission::{ConversationAction, ConversationContext, Membership, permit};

/// The maximum number of different emoji on a message.
pub const MAX_EMOJI: usize = 20;

#[derive(Debug, Clone)]
pub struct SendMessage {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub text: MessageText,
    pub reply_to: Option<MessageId>,
    /// The time of the service.
    pub sent_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendFacts {
    pub context: ConversationContext,
    pub reply_target: ReplyTarget,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyTarget {
    None,
    /// A message of the same conversation that the actor may read.
    Readable,
    /// No such message, or the actor may not read it.
    Unknown,
}

impl Decide for SendMessage {
    type Aggregate = Message;
    type Facts = SendFacts;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(
        &self,
        message: &Message,
        actor: &Actor,
        SendFacts { context, reply_target }: &SendFacts,
    ) -> Decided<Message> {
        // First: a repeated send succeeds, even if the actor may no longer send.
        if self.is_sent_as(message, actor) {
            return Ok(Vec::new());
        }
        permit(ConversationAction::Send, actor, context)?;
        if *reply_target == ReplyTarget::Unknown {
            return Err(MessageError::UnknownReply);
        }
        // Last: an actor who may not send must not learn that the id is taken.
        if *message != Message::Missing {
            return Err(MessageError::IdTaken);
        }
        Ok(vec![MessageEvent::MessageSent(MessageSent {
            conversation_id: self.conversation,
            author_id: actor.member.clone(),
            text: self.text.clone(),
            reply_to: self.reply_to,
            sent_at: self.sent_at,
            conversation_version: context.version,
        })])
    }
}

impl SendMessage {
    /// Whether the message was sent with the same author, conversation, text and `reply_to`. The time may differ.
    #[must_use]
    pub fn is_sent_as(&self, message: &Message, actor: &Actor) -> bool {
        let Message::Posted(PostedMessage { sent, .. }) = message else { return false };
        sent.author_id == actor.member
            && sent.conversation_id == self.conversation
            && sent.text == self.text
            && sent.reply_to == self.reply_to
    }
}

#[derive(Debug, Clone)]
pub struct EditMessage {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub text: MessageText,
    /// The time of the service.
    pub edited_at: Timestamp,
}

impl Decide for EditMessage {
    type Aggregate = Message;
    type Facts = ConversationContext;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(&self, message: &Message, actor: &Actor, context: &ConversationContext) -> Decided<Message> {
        permit(ConversationAction::Edit, actor, context)?;
        let posted = message.visible(self.conversation, context)?;
        if posted.sent.author_id != actor.member {
            return Err(MessageError::AuthorOnly);
        }
        if posted.deleted {
            return Err(MessageError::Deleted);
        }
        if posted.text == self.text {
            return Ok(Vec::new());
        }
        Ok(vec![MessageEvent::MessageEdited(MessageEdited {
            conversation_id: self.conversation,
            text: self.text.clone(),
            edited_at: self.edited_at,
        })])
    }
}

/// Leaves a placeholder without text.
#[derive(Debug, Clone)]
pub struct DeleteMessage {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
}

impl Decide for DeleteMessage {
    type Aggregate = Message;
    type Facts = ConversationContext;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(&self, message: &Message, actor: &Actor, context: &ConversationContext) -> Decided<Message> {
        let own = matches!(message, Message::Posted(posted) if posted.sent.author_id == actor.member);
        let is_participant = context.access.is_some_and(|access| access.membership != Membership::None);
        let action =
            if own && is_participant { ConversationAction::DeleteOwn } else { ConversationAction::DeleteOthers };
        permit(action, actor, context)?;
        if message.visible(self.conversation, context)?.deleted {
            return Ok(Vec::new());
        }
        Ok(vec![MessageEvent::MessageDeleted(MessageDeleted {
            conversation_id: self.conversation,
            deleted_by: actor.member.clone(),
        })])
    }
}

/// AddReaction, RemoveReaction.
#[derive(Debug, Clone)]
pub struct ChangeReaction {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub emoji: Emoji,
    pub added: bool,
}

impl Decide for ChangeReaction {
    type Aggregate = Message;
    type Facts = ConversationContext;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(&self, message: &Message, actor: &Actor, context: &ConversationContext) -> Decided<Message> {
        let Self { conversation, emoji, added, .. } = self;
        permit(
            if *added { ConversationAction::React } else { ConversationAction::UpdateParticipation },
            actor,
            context,
        )?;
        let posted = message.visible(*conversation, context)?;
        let by_emoji = posted.reactions_by_emoji();
        let members = by_emoji.iter().find(|(known, _)| *known == emoji).map(|(_, members)| members);
        if members.is_some_and(|members| members.contains(&&actor.member)) == *added {
            return Ok(Vec::new());
        }
        if *added && emojis::get(emoji.as_str()).is_none() {
            return Err(MessageError::NotAnEmoji);
        }
        if *added && posted.deleted {
            return Err(MessageError::Deleted);
        }
        if *added && members.is_none() && by_emoji.len() >= MAX_EMOJI {
            return Err(MessageError::TooManyEmoji);
        }
        let reaction =
            Reaction { conversation_id: *conversation, member_id: actor.member.clone(), emoji: emoji.clone() };
        Ok(vec![if *added { MessageEvent::ReactionAdded(reaction) } else { MessageEvent::ReactionRemoved(reaction) }])
    }
}

impl Message {
    /// The message, if it belongs to the conversation and the actor may read it. An owner outside the conversation
    /// manages messages without reading them.
    fn visible(
        &self,
        conversation: ConversationId,
        context: &ConversationContext,
    ) -> Result<&PostedMessage, MessageError> {
        match (self, context.access) {
            (Self::Posted(posted), Some(access))
                if self.is_readable(conversation, access)
                    || (access.membership == Membership::None && posted.sent.conversation_id == conversation) =>
            {
                Ok(posted)
            }
            _ => Err(MessageError::NotFound),
        }
    }
}
