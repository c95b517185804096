//! The rules of a message.

use causerie_events::MessageEvent;
use causerie_events::message::MessageSent;

use crate::aggregate::Decide;
use crate::conversation::{Access, ConversationError};
use crate::message::{Message, MessageCommand, MessageError, ReplyTarget, SendMessage};

impl Decide for Message {
    fn decide(&self, command: MessageCommand) -> Result<Vec<MessageEvent>, MessageError> {
        match command {
            MessageCommand::SendMessage(command) => self.send(command),
        }
    }
}

impl Message {
    fn send(&self, command: SendMessage) -> Result<Vec<MessageEvent>, MessageError> {
        // First of all the id: the same message is the same answer for ever, whatever has been forbidden since.
        if let Self::Sent(sent) = self {
            return if is_same(sent, &command) { Ok(Vec::new()) } else { Err(MessageError::IdTaken) };
        }
        permit(&command)?;
        Ok(vec![MessageEvent::MessageSent(MessageSent {
            conversation_id: command.conversation,
            author_id: command.author,
            text: command.text,
            reply_to: command.reply_to,
            sent_at: command.sent_at,
        })])
    }
}

/// Content is who, where, what and in answer to what; not the clock.
fn is_same(sent: &MessageSent, command: &SendMessage) -> bool {
    sent.author_id == command.author
        && sent.conversation_id == command.conversation
        && sent.text == command.text
        && sent.reply_to == command.reply_to
}

fn permit(command: &SendMessage) -> Result<(), MessageError> {
    command.author_standing.require_active()?;
    if command.access == Access::Unknown {
        return Err(ConversationError::NotFound.into());
    }
    command.member_chat.require_on()?;
    command.author_standing.require_in_roster()?;
    if command.access == Access::Closed {
        return Err(ConversationError::Closed.into());
    }
    if command.reply_target == ReplyTarget::Unknown {
        return Err(MessageError::UnknownReply);
    }
    Ok(())
}
