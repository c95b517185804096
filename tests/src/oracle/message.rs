//! Messages: what the log means for them, the requests to them and to the participation of the caller,
//! and the response of ListMessages.

use serde_json::{Value, json};

use super::conversation::{Conversation, Kind};
use super::refusal::{
    AUTHOR_ONLY, CLOSED, CONVERSATION_NOT_FOUND, DELETED, MESSAGE_ID_TAKEN, MESSAGE_NOT_FOUND, OUT_OF_REACH, Refusal,
    UNKNOWN_REPLY, first,
};
use super::request::{EventRequest, Request};
use super::state::SiteState;
use crate::{At, LogEvent};

#[derive(Debug, Clone)]
pub struct Message {
    pub id: String,
    pub at: At,
    pub seq: usize,
    pub author: String,
    pub text: String,
    /// Before edits and the deletion.
    pub original_text: String,
    pub sent_at: String,
    pub edited_at: Option<String>,
    pub deleted: bool,
    pub reply_to: Option<String>,
    /// Member and emoji of each present reaction, in log order.
    pub reactions: Vec<(String, String)>,
}

impl Message {
    pub(super) fn sent(event: &LogEvent, seq: usize) -> Self {
        Self {
            id: event.id.clone(),
            at: event.at,
            seq,
            author: event.text("author_id").to_owned(),
            text: event.text("text").to_owned(),
            original_text: event.text("text").to_owned(),
            sent_at: event.text("sent_at").to_owned(),
            edited_at: None,
            deleted: false,
            reply_to: event.data["reply_to"].as_str().map(str::to_owned),
            reactions: Vec::new(),
        }
    }

    pub(super) fn apply(&mut self, event: &LogEvent) {
        let reaction = (event.text("member_id").to_owned(), event.text("emoji").to_owned());
        match event.kind.as_str() {
            "MessageEdited" => {
                event.text("text").clone_into(&mut self.text);
                self.edited_at = Some(event.text("edited_at").to_owned());
            }
            "MessageDeleted" => {
                self.deleted = true;
                self.text.clear();
                self.reactions.clear();
            }
            "ReactionAdded" => {
                assert!(!self.reactions.contains(&reaction), "one of each emoji per member: {event:?}");
                self.reactions.push(reaction);
            }
            "ReactionRemoved" => self.reactions.retain(|present| *present != reaction),
            other => panic!("the oracle does not know {other}"),
        }
    }
}

impl SiteState {
    /// Whether SendMessage repeats the request that sent the message: its response never changes.
    pub(super) fn was_sent(&self, Request { caller, body, .. }: Request<'_>, conversation: &str, id: &str) -> bool {
        self.message(id).is_some_and(|(of, message)| {
            of.id == conversation
                && message.author == caller
                && body["text"] == message.original_text
                && body["reply_to"].as_str() == message.reply_to.as_deref()
        })
    }

    pub(super) fn not_writing(&self, caller: &str, conversation: &Conversation) -> Option<Refusal> {
        let peer = conversation.peer_of(caller);
        first([
            CONVERSATION_NOT_FOUND.when(self.reads_from(caller, conversation).is_none()),
            self.cannot_write_to_members(caller).filter(|_| conversation.kind != Kind::Business),
            OUT_OF_REACH.when(peer.is_some_and(|peer| !self.reaches(caller, peer))),
            CLOSED.when(conversation.closed),
        ])
    }

    pub(super) fn on_message(&self, request: Request<'_>, of: &Conversation, path: &[&str]) -> Option<Refusal> {
        let Request { caller, method, body, .. } = request;
        let outside = CONVERSATION_NOT_FOUND.when(self.reads_from(caller, of).is_none());
        let message = |id: &str| self.visible_message(caller, of, id);
        let missing = |id: &str| MESSAGE_NOT_FOUND.when(message(id).is_none());
        let deleted = |id: &str| DELETED.when(message(id).is_some_and(|message| message.deleted));
        let writing = self.not_writing(caller, of);
        match (method, path) {
            ("GET", ["messages"]) | ("PATCH", ["preferences"]) => outside,
            ("PUT", ["read-marker"]) => first([outside, missing(body["message"].as_str().unwrap_or_default())]),
            ("POST", ["typing"]) => writing,
            ("PUT", ["messages", id]) => first([
                writing,
                UNKNOWN_REPLY.when(body["reply_to"].as_str().is_some_and(|id| message(id).is_none())),
                MESSAGE_ID_TAKEN.when(self.message(id).is_some()),
            ]),
            ("PATCH", ["messages", id]) => {
                let by_another = message(id).is_some_and(|message| message.author != caller);
                first([writing, missing(id), AUTHOR_ONLY.when(by_another), deleted(id)])
            }
            ("DELETE", ["messages", id]) => {
                let own = self.message(id).is_some_and(|(_, message)| message.author == caller);
                let permission = if own && outside.is_none() { None } else { self.refusal_unless_manager(caller, of) };
                // The owner manages messages without reading them.
                let here = self.message(id).is_some_and(|(conversation, _)| conversation.id == of.id);
                first([permission, missing(id).filter(|_| outside.is_none() || !here)])
            }
            ("PUT", ["messages", id, "reactions", _]) => first([writing, missing(id), deleted(id)]),
            ("DELETE", ["messages", id, "reactions", _]) => first([outside, missing(id)]),
            _ => panic!("the oracle has no rule for {method} {path:?}"),
        }
    }
}

/// The request that appends an event of a message or a participation.
pub(super) fn request_of(event: &LogEvent) -> Option<EventRequest<'_>> {
    let path = || format!("/conversations/{}/messages/{}", event.text("conversation_id"), event.id);
    let reaction = || format!("{}/reactions/{}", path(), event.text("emoji"));
    let (conversation, participant) = event.id.split_once('/').unwrap_or_default();
    let mut body = event.data.clone();
    let (caller, method, path) = match event.kind.as_str() {
        "MessageSent" => (event.text("author_id"), "PUT", path()),
        "MessageEdited" => (event.actor.as_str(), "PATCH", path()),
        "MessageDeleted" => (event.text("deleted_by"), "DELETE", path()),
        "ReactionAdded" => (event.text("member_id"), "PUT", reaction()),
        "ReactionRemoved" => (event.text("member_id"), "DELETE", reaction()),
        "ReadMarkerMoved" => {
            body = json!({ "message": event.text("message_id") });
            (participant, "PUT", format!("/conversations/{conversation}/read-marker"))
        }
        "ConversationMuted"
        | "ConversationUnmuted"
        | "ConversationArchived"
        | "ConversationUnarchived"
        | "ConversationPinned"
        | "ConversationUnpinned" => (participant, "PATCH", format!("/conversations/{conversation}/preferences")),
        _ => return None,
    };
    Some(EventRequest { caller, method, path, body })
}

impl SiteState {
    /// ListMessages: the visible messages of a conversation.
    pub fn message_views(&self, caller: &str, conversation: &Conversation) -> Vec<Value> {
        let visible = self.visible(caller, conversation);
        visible.into_iter().map(|message| self.message_view(caller, conversation, message)).collect()
    }

    /// The last message of a conversation in ListConversations.
    pub(super) fn last_message_view(&self, caller: &str, message: &Message) -> Value {
        json!({
            "id": message.id,
            "author": message.author,
            "text": message.text,
            "seq": message.seq,
            "sent_at": message.sent_at,
            "deleted": message.deleted,
            "collapsed": self.is_blocked_pair(caller, &message.author),
        })
    }

    fn message_view(&self, caller: &str, conversation: &Conversation, message: &Message) -> Value {
        // Only of a message that the caller may read.
        let replied_to = message.reply_to.as_deref().and_then(|id| self.visible_message(caller, conversation, id));
        let mut view = self.last_message_view(caller, message);
        view["edited_at"] = json!(message.edited_at);
        view["reply_to"] = json!(message.reply_to);
        view["reply_preview"] = json!(replied_to.map(|message| json!({
            "id": message.id,
            "author": message.author,
            "text": message.text,
            "deleted": message.deleted,
        })));
        view["reactions"] = json!(reactions(message));
        view
    }
}

/// By emoji, in the order of the first present reaction; the members in log order.
fn reactions(message: &Message) -> Vec<Value> {
    let mut by_emoji: Vec<(&str, Vec<&str>)> = Vec::new();
    for (member, emoji) in &message.reactions {
        match by_emoji.iter_mut().find(|(known, _)| known == emoji) {
            Some((_, members)) => members.push(member),
            None => by_emoji.push((emoji, vec![member])),
        }
    }
    let view =
        |(emoji, members): (&str, Vec<&str>)| json!({ "emoji": emoji, "count": members.len(), "members": members });
    by_emoji.into_iter().map(view).collect()
}
