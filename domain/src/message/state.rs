//! The state of a message.

use causerie_events::message::MessageSent;
use causerie_events::{Aggregate, ConversationId, Emoji, MemberId, MessageEvent, MessageText};
use jiff::Timestamp;
use serde::Serialize;

use crate::conversation::Access;
use crate::message::{MessageError, ReplyTarget};

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum Message {
    #[default]
    Missing,
    Posted(Posted),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Posted {
    /// The message as sent, so that repeating the send is recognised after an edit.
    pub sent: MessageSent,
    /// The present text.
    pub text: MessageText,
    pub edited_at: Option<Timestamp>,
    /// Only a placeholder is left.
    pub deleted: bool,
    /// In the order in which they were added.
    pub reactions: Vec<(Emoji, MemberId)>,
}

impl Message {
    /// This message as the target of a reply in a conversation.
    #[must_use]
    pub fn as_reply_target(&self, conversation: ConversationId, access: Option<Access>) -> ReplyTarget {
        match access {
            Some(access) if self.is_shown(conversation, access) => ReplyTarget::Here,
            _ => ReplyTarget::Unknown,
        }
    }

    /// Whether this is a message of the conversation that an actor with this access may read.
    #[must_use]
    pub fn is_shown(&self, conversation: ConversationId, access: Access) -> bool {
        match self {
            Self::Missing => false,
            Self::Posted(Posted { sent, .. }) => {
                sent.conversation_id == conversation && sent.conversation_version >= access.reads_from
            }
        }
    }

    pub(super) fn evolve(&mut self, event: MessageEvent) {
        match (&mut *self, event) {
            (_, MessageEvent::MessageSent(sent)) => {
                let text = sent.text.clone();
                *self = Self::Posted(Posted { sent, text, edited_at: None, deleted: false, reactions: Vec::new() });
            }
            (Self::Posted(posted), event) => posted.evolve(event),
            (Self::Missing, _) => {}
        }
    }
}

impl Posted {
    /// Emoji and their members, in the order in which they were added.
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

    fn evolve(&mut self, event: MessageEvent) {
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
        self.evolve(event);
    }
}
