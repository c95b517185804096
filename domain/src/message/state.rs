//! The state of a message.

use causerie_events::message::MessageSent;
use causerie_events::{Aggregate, ConversationId, Emoji, MemberId, MessageEvent, MessageText};
use jiff::Timestamp;
use serde::Serialize;

use crate::error::MessageError;
use crate::message::ReplyTarget;
use crate::permission::Access;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum Message {
    #[default]
    Missing,
    Posted(PostedMessage),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PostedMessage {
    /// The message as sent, to recognise a repeated send after an edit.
    pub sent: MessageSent,
    pub text: MessageText,
    pub edited_at: Option<Timestamp>,
    pub deleted: bool,
    /// In the order in which they were added.
    pub reactions: Vec<(Emoji, MemberId)>,
}

impl Message {
    /// Whether a reply in the conversation may refer to this message.
    #[must_use]
    pub fn as_reply_target(&self, conversation: ConversationId, access: Option<Access>) -> ReplyTarget {
        match access {
            Some(access) if self.is_readable(conversation, access) => ReplyTarget::Readable,
            _ => ReplyTarget::Unknown,
        }
    }

    /// Whether the message belongs to the conversation and an actor with this access may read it.
    #[must_use]
    pub fn is_readable(&self, conversation: ConversationId, access: Access) -> bool {
        match self {
            Self::Missing => false,
            Self::Posted(PostedMessage { sent, .. }) => {
                sent.conversation_id == conversation && sent.conversation_version >= access.reads_from
            }
        }
    }
}

impl PostedMessage {
    /// Each emoji with its members, in the order in which they were added.
    #[must_use]
    pub fn reactions_by_emoji(&self) -> Vec<(&Emoji, Vec<&MemberId>)> {
        let mut by_emoji: Vec<(&Emoji, Vec<&MemberId>)> = Vec::new();
        for (emoji, member) in &self.reactions {
            match by_emoji.iter_mut().find(|(known, _)| *known == emoji) {
                Some((_, members)) => members.push(member),
                None => by_emoji.push((emoji, vec![member])),
            }
        }
        by_emoji
    }

    fn apply(&mut self, event: MessageEvent) {
        match event {
            MessageEvent::MessageEdited(edited) => {
                self.text = edited.text;
                self.edited_at = Some(edited.edited_at);
            }
            MessageEvent::MessageDeleted(_) => {
                self.deleted = true;
                self.reactions.clear();
            }
            MessageEvent::ReactionAdded(reaction) => {
                let added = (reaction.emoji, reaction.member_id);
                if !self.reactions.contains(&added) {
                    self.reactions.push(added);
                }
            }
            MessageEvent::ReactionRemoved(reaction) => {
                self.reactions.retain(|(emoji, member)| *emoji != reaction.emoji || *member != reaction.member_id);
            }
            MessageEvent::MessageSent(_) => {}
        }
    }
}

impl Aggregate for Message {
    type Event = MessageEvent;
    type Error = MessageError;

    fn apply(&mut self, event: MessageEvent) {
        match (&mut *self, event) {
            (_, MessageEvent::MessageSent(sent)) => {
                let text = sent.text.clone();
                *self =
                    Self::Posted(PostedMessage { sent, text, edited_at: None, deleted: false, reactions: Vec::new() });
            }
            (Self::Posted(posted), event) => posted.apply(event),
            (Self::Missing, _) => {}
        }
    }
}
