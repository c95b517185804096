//! Requests to messages, and to the participation of the caller.

use super::conversation::{Conversation, Kind};
use super::refusal::{
    AUTHOR_ONLY, CLOSED, CONVERSATION_NOT_FOUND, DELETED, MESSAGE_ID_TAKEN, MESSAGE_NOT_FOUND, OUT_OF_REACH, Refusal,
    UNKNOWN_REPLY, first,
};
use super::request::Request;
use super::state::SiteState;

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

    /// Why the caller may not write to a conversation.
    pub(super) fn not_writing(&self, caller: &str, conversation: &Conversation) -> Option<Refusal> {
        let peer = conversation.peer_of(caller);
        first([
            CONVERSATION_NOT_FOUND.when(self.reads_from(caller, conversation).is_none()),
            self.voiceless(caller).filter(|_| conversation.kind != Kind::Business),
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
                let permission = if own && outside.is_none() { None } else { self.not_managing(caller, of) };
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
