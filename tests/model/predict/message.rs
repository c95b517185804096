//! Commands to messages, and to how one keeps a conversation.

use reqwest::Method;

use super::{Given, Outlook};
use crate::fold::{Conversation, Kind, Message};

type Reason = Option<(u16, &'static str)>;

impl Given<'_> {
    /// By somebody who is not barred.
    pub(super) fn of_message(&self, conversation: &Conversation, path: &[&str]) -> Outlook {
        let here = self.model.reads_from(self.who, conversation).is_some();
        // The owner deletes messages of groups and of the inbox without being in them.
        let deletes = matches!(path, ["messages", _]) && self.method == Method::DELETE;
        let manages = self.is_owner() && conversation.kind != Kind::Direct && deletes;
        if !here && !manages {
            return Outlook::refused(404, "is not in it");
        }
        let visible = self.model.visible(self.who, conversation);
        let find = |id: &str| visible.iter().copied().find(|message| message.id == id);
        match (path, self.method.as_str()) {
            (["preferences"], _) => Outlook::Done,
            (["read-marker"], _) => {
                let message = self.body["message"].as_str().unwrap_or_default();
                Outlook::of([find(message).is_none().then_some((404, "no such message"))])
            }
            (["messages", id], "PUT") => {
                let unseen = self.body["reply_to"].as_str().is_some_and(|id| find(id).is_none());
                // The same message again does not come this far.
                let taken = self.model.message_of(id).map(|_| (409, "another message has this id"));
                self.talking(conversation, [unseen.then_some((422, "answers what is not there")), taken])
            }
            (["messages", id], "PATCH") => {
                let message = find(id);
                let others = message.is_some_and(|message| message.author != self.who.id);
                let rest = [missing(message), others.then_some((403, "of another")), gone(message)];
                self.talking(conversation, rest)
            }
            (["messages", id], "DELETE") => {
                let there = if manages && !here {
                    conversation.messages.iter().find(|there| there.id == *id)
                } else {
                    find(id)
                };
                let own = there.is_some_and(|message| message.author == self.who.id);
                let admin = conversation.seat(self.who.id).is_some_and(|seat| seat.admin);
                Outlook::of([missing(there), (!own && !admin && !manages).then_some((403, "of another"))])
            }
            (["messages", id, "reactions", _], "PUT") => {
                self.talking(conversation, [missing(find(id)), gone(find(id))])
            }
            (["messages", id, "reactions", _], _) => Outlook::of([missing(find(id))]),
            _ => Outlook::Unknown,
        }
    }

    /// The same message is the same answer for ever, whatever bars its author since.
    pub(super) fn sent_again(&self, path: &[&str]) -> Option<Outlook> {
        let ["messages", id] = path else { return None };
        let (_, message) = self.model.message_of(id).filter(|_| *self.method == Method::PUT)?;
        // What it said first is not in the model any more when it was edited; the runner marks what it changed.
        let changed = self.body["text"].as_str().is_some_and(|text| text.ends_with(", changed"));
        (!changed && message.author == self.who.id).then_some(Outlook::Done)
    }

    fn talking<const N: usize>(&self, conversation: &Conversation, rest: [Reason; N]) -> Outlook {
        let closed = conversation.closed.then_some((409, "is closed"));
        let mut reasons: Vec<Reason> = vec![closed];
        if conversation.kind != Kind::Business {
            reasons.push(self.chat_is_off());
            reasons.push((!self.has_voice()).then_some((403, "no voice")));
        }
        let other = conversation.other_than(self.who.id).filter(|_| conversation.kind == Kind::Direct);
        reasons.push(other.filter(|other| !self.reaches(other)).map(|_| (403, "out of reach")));
        Outlook::of(reasons.into_iter().chain(rest))
    }
}

fn missing(message: Option<&Message>) -> Reason {
    message.is_none().then_some((404, "no such message"))
}

fn gone(message: Option<&Message>) -> Reason {
    message.filter(|message| message.deleted).map(|_| (409, "was deleted"))
}
