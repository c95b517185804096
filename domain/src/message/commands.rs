//! The commands to a message and their decisions. Which actors may send which: `permission/conversation.rs`.

use causerie_events::message::{MessageDeleted, MessageEdited, MessageSent, Reaction};
use causerie_events::{ConversationId, Emoji, MemberId, MessageEvent, MessageId, MessageText, SiteId, StreamId};
use jiff::Timestamp;

use crate::actor::Actor;
use crate::conversation::Seat;
use crate::decide::{Decide, Decided};
use crate::message::{Message, MessageError, Posted};
use crate::permission::{ConversationAct, Place, permit};

/// The most different emoji on one message.
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
    pub place: Place,
    pub reply_target: ReplyTarget,
}

/// What `reply_to` of a message names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplyTarget {
    /// The message is not a reply.
    None,
    /// A message of the same conversation that the actor may read.
    Here,
    /// Not a message that the actor may know of.
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
        SendFacts { place, reply_target }: &SendFacts,
    ) -> Decided<Message> {
        // The same message first: the response stays the same, whatever has been forbidden since.
        if self.is_sent_as(message, actor) {
            return Ok(Vec::new());
        }
        permit(ConversationAct::Send, actor, place)?;
        if *reply_target == ReplyTarget::Unknown {
            return Err(MessageError::UnknownReply);
        }
        // Last: a command that would send nothing under a free id must not show that this one is taken.
        if *message != Message::Missing {
            return Err(MessageError::IdTaken);
        }
        Ok(vec![MessageEvent::MessageSent(MessageSent {
            conversation_id: self.conversation,
            author_id: actor.member.clone(),
            text: self.text.clone(),
            reply_to: self.reply_to,
            sent_at: self.sent_at,
            conversation_version: place.version,
        })])
    }
}

impl SendMessage {
    /// Whether the message was sent with this content: author, conversation, text and what it replies to, not the time.
    #[must_use]
    pub fn is_sent_as(&self, message: &Message, actor: &Actor) -> bool {
        let Message::Posted(Posted { sent, .. }) = message else { return false };
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
    type Facts = Place;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(&self, message: &Message, actor: &Actor, place: &Place) -> Decided<Message> {
        permit(ConversationAct::Edit, actor, place)?;
        let posted = message.shown(self.conversation, place)?;
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

/// A placeholder stays.
#[derive(Debug, Clone)]
pub struct DeleteMessage {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
}

impl Decide for DeleteMessage {
    type Aggregate = Message;
    type Facts = Place;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(&self, message: &Message, actor: &Actor, place: &Place) -> Decided<Message> {
        let own = matches!(message, Message::Posted(posted) if posted.sent.author_id == actor.member);
        let here = place.access.is_some_and(|access| access.seat != Seat::Outside);
        let act = if own && here { ConversationAct::DeleteOwn } else { ConversationAct::DeleteOthers };
        permit(act, actor, place)?;
        if message.shown(self.conversation, place)?.deleted {
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
pub struct React {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub emoji: Emoji,
    pub on: bool,
}

impl Decide for React {
    type Aggregate = Message;
    type Facts = Place;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::message(&self.site, self.message)
    }

    fn decide(&self, message: &Message, actor: &Actor, place: &Place) -> Decided<Message> {
        let Self { conversation, emoji, on, .. } = self;
        permit(if *on { ConversationAct::React } else { ConversationAct::KeepOwn }, actor, place)?;
        let posted = message.shown(*conversation, place)?;
        let by_emoji = posted.reactions_by_emoji();
        let members = by_emoji.iter().find(|(known, _)| *known == emoji).map(|(_, members)| members);
        if members.is_some_and(|members| members.contains(&&actor.member)) == *on {
            return Ok(Vec::new());
        }
        if *on && emojis::get(emoji.as_str()).is_none() {
            return Err(MessageError::NotAnEmoji);
        }
        if *on && posted.deleted {
            return Err(MessageError::Deleted);
        }
        if *on && members.is_none() && by_emoji.len() >= MAX_EMOJI {
            return Err(MessageError::TooManyEmoji);
        }
        let reaction =
            Reaction { conversation_id: *conversation, member_id: actor.member.clone(), emoji: emoji.clone() };
        Ok(vec![if *on { MessageEvent::ReactionAdded(reaction) } else { MessageEvent::ReactionRemoved(reaction) }])
    }
}

impl Message {
    /// The message, if it is one of this conversation that the actor may know of. The owner manages messages of groups
    /// without being in them.
    fn shown(&self, conversation: ConversationId, place: &Place) -> Result<&Posted, MessageError> {
        match (self, place.access) {
            (Self::Posted(posted), Some(access))
                if self.is_shown(conversation, access)
                    || (access.seat == Seat::Outside && posted.sent.conversation_id == conversation) =>
            {
                Ok(posted)
            }
            _ => Err(MessageError::NotFound),
        }
    }
}
