//! What a message is.

use std::collections::{BTreeMap, BTreeSet};

use causerie_events::message::MessageSent;
use causerie_events::{ConversationId, Emoji, MemberId, MessageEvent, MessageText};
use serde::{Deserialize, Serialize};

use crate::aggregate::aggregate;
use crate::conversation::Access;
use crate::message::{MessageCommand, MessageError, ReplyTarget};

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// Nobody sent it.
    #[default]
    Missing,
    /// Sent, and what became of it.
    Posted(Posted),
}

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    /// As it was sent, so that sending it again is recognised after it has changed.
    pub sent: MessageSent,
    /// What it says now.
    pub text: MessageText,
    /// Whether only a placeholder is left.
    pub deleted: bool,
    /// Who reacted with what.
    pub reactions: BTreeMap<Emoji, BTreeSet<MemberId>>,
}

impl Message {
    /// What a reply to this message answers, seen by somebody in a conversation.
    #[must_use]
    pub fn as_reply_target(&self, conversation: ConversationId, access: Option<Access>) -> ReplyTarget {
        match access {
            Some(access) if self.is_shown(conversation, access) => ReplyTarget::Here,
            _ => ReplyTarget::Unknown,
        }
    }

    /// Whether this is a message of the conversation that this person may read.
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
                *self = Self::Posted(Posted { sent, text, deleted: false, reactions: BTreeMap::new() });
            }
            (Self::Posted(posted), event) => posted.evolve(event),
            (Self::Missing, _) => {}
        }
    }
}

impl Posted {
    fn evolve(&mut self, event: MessageEvent) {
        match event {
            MessageEvent::MessageEdited(edited) => self.text = edited.text,
            MessageEvent::MessageDeleted(_) => {
                self.deleted = true;
                self.reactions.clear();
            }
            MessageEvent::ReactionAdded(reaction) => {
                self.reactions.entry(reaction.emoji).or_default().insert(reaction.member_id);
            }
            MessageEvent::ReactionRemoved(reaction) => {
                if let Some(members) = self.reactions.get_mut(&reaction.emoji) {
                    members.remove(&reaction.member_id);
                    if members.is_empty() {
                        self.reactions.remove(&reaction.emoji);
                    }
                }
            }
            MessageEvent::MessageSent(_) => {}
        }
    }
}

aggregate!(Message, "message", MessageCommand, MessageEvent, MessageError);
