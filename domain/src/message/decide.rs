//! The rules of a message.

use causerie_events::message::{MessageDeleted, MessageEdited, MessageSent, Reaction};
use causerie_events::{ConversationId, MessageEvent};

use crate::aggregate::Decide;
use crate::conversation::Seat;
use crate::message::{
    DeleteMessage, EditMessage, Message, MessageCommand, MessageError, Posted, React, ReplyTarget, SendMessage,
};
use crate::permission::{ConversationAct, Place, permit};

/// The most different emoji on one message.
pub const MAX_EMOJI: usize = 20;

type Decided = Result<Vec<MessageEvent>, MessageError>;

impl Decide for Message {
    fn decide(&self, command: MessageCommand) -> Decided {
        match command {
            MessageCommand::SendMessage(command) => self.send(command),
            MessageCommand::EditMessage(command) => self.edit(command),
            MessageCommand::DeleteMessage(command) => self.delete(command),
            MessageCommand::React(command) => self.react(command),
        }
    }
}

impl Message {
    fn send(&self, command: SendMessage) -> Decided {
        // First of all the same message: it is the same answer for ever, whatever has been forbidden since.
        let posted = if let Self::Posted(posted) = self { Some(posted) } else { None };
        if posted.is_some_and(|posted| is_same(&posted.sent, &command)) {
            return Ok(Vec::new());
        }
        permit(ConversationAct::Send, &command.actor, &command.place)?;
        if command.reply_target == ReplyTarget::Unknown {
            return Err(MessageError::UnknownReply);
        }
        // Last: a command that would send nothing under a free id must not show that this one is taken.
        if posted.is_some() {
            return Err(MessageError::IdTaken);
        }
        Ok(vec![MessageEvent::MessageSent(MessageSent {
            conversation_id: command.conversation,
            author_id: command.actor.member,
            text: command.text,
            reply_to: command.reply_to,
            sent_at: command.sent_at,
            conversation_version: command.place.version,
        })])
    }

    fn edit(&self, command: EditMessage) -> Decided {
        permit(ConversationAct::Edit, &command.actor, &command.place)?;
        let posted = self.shown(command.conversation, &command.place)?;
        if posted.sent.author_id != command.actor.member {
            return Err(MessageError::AuthorOnly);
        }
        if posted.deleted {
            return Err(MessageError::Deleted);
        }
        if posted.text == command.text {
            return Ok(Vec::new());
        }
        Ok(vec![MessageEvent::MessageEdited(MessageEdited {
            conversation_id: command.conversation,
            text: command.text,
            edited_at: command.edited_at,
        })])
    }

    fn delete(&self, command: DeleteMessage) -> Decided {
        let DeleteMessage { actor, conversation, place } = command;
        let own = matches!(self, Self::Posted(posted) if posted.sent.author_id == actor.member);
        let here = place.access.is_some_and(|access| access.seat != Seat::Outside);
        if own && here {
            permit(ConversationAct::DeleteOwn, &actor, &place)?;
        } else {
            permit(ConversationAct::DeleteOthers, &actor, &place)?;
        }
        let posted = self.shown(conversation, &place)?;
        if posted.deleted {
            return Ok(Vec::new());
        }
        Ok(vec![MessageEvent::MessageDeleted(MessageDeleted {
            conversation_id: conversation,
            deleted_by: actor.member,
        })])
    }

    fn react(&self, command: React) -> Decided {
        let React { actor, conversation, emoji, on, place } = command;
        let act = if on { ConversationAct::React } else { ConversationAct::KeepOwn };
        permit(act, &actor, &place)?;
        let posted = self.shown(conversation, &place)?;
        let by_emoji = posted.reactions_by_emoji();
        let members = by_emoji.iter().find(|(known, _)| **known == emoji).map(|(_, members)| members);
        if members.is_some_and(|members| members.contains(&&actor.member)) == on {
            return Ok(Vec::new());
        }
        if on && emojis::get(emoji.as_str()).is_none() {
            return Err(MessageError::NotAnEmoji);
        }
        if on && posted.deleted {
            return Err(MessageError::Deleted);
        }
        if on && members.is_none() && by_emoji.len() >= MAX_EMOJI {
            return Err(MessageError::TooManyEmoji);
        }
        let reaction = Reaction { conversation_id: conversation, member_id: actor.member, emoji };
        Ok(vec![if on { MessageEvent::ReactionAdded(reaction) } else { MessageEvent::ReactionRemoved(reaction) }])
    }

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

/// Content is who, where, what and in answer to what; not the clock.
fn is_same(sent: &MessageSent, command: &SendMessage) -> bool {
    sent.author_id == command.actor.member
        && sent.conversation_id == command.conversation
        && sent.text == command.text
        && sent.reply_to == command.reply_to
}
