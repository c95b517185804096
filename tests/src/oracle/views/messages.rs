//! ListMessages.

use serde_json::{Value, json};

use crate::oracle::conversation::{Conversation, Message};
use crate::oracle::state::SiteState;

impl SiteState {
    /// ListMessages: the visible messages of a conversation.
    pub fn message_views(&self, caller: &str, conversation: &Conversation) -> Vec<Value> {
        let visible = self.visible(caller, conversation);
        visible.into_iter().map(|message| self.message_view(caller, conversation, message)).collect()
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
