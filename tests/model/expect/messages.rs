//! An item of ListMessages.

use serde_json::{Value, json};

use crate::fold::{Conversation, Message, Model};
use crate::people::Viewer;

/// A message as this reader sees it.
pub(crate) fn message(model: &Model, viewer: Viewer, within: &Conversation, message: &Message) -> Value {
    json!({
        "id": message.id,
        "author": message.author,
        "text": message.text,
        "seq": message.seq,
        "sent_at": message.sent_at,
        "edited_at": message.edited_at,
        "deleted": message.deleted,
        "reply_to": message.reply_to,
        "reply_preview": message.reply_to.as_deref().and_then(|to| preview(model, viewer, within, to)),
        "reactions": reactions(message),
        "collapsed": model.apart(viewer.id, &message.author),
    })
}

/// Only of what the reader may read.
fn preview(model: &Model, viewer: Viewer, within: &Conversation, to: &str) -> Option<Value> {
    let answered = model.visible(viewer, within).into_iter().find(|message| message.id == to)?;
    Some(json!({
        "id": answered.id,
        "author": answered.author,
        "text": answered.text,
        "deleted": answered.deleted,
    }))
}

/// Each emoji where it first stands, each with who gave it, in log order.
fn reactions(message: &Message) -> Vec<Value> {
    let mut by_emoji: Vec<(&str, Vec<&str>)> = Vec::new();
    for (member, emoji) in &message.reactions {
        match by_emoji.iter_mut().find(|(there, _)| there == emoji) {
            Some((_, members)) => members.push(member),
            None => by_emoji.push((emoji, vec![member])),
        }
    }
    let view =
        |(emoji, members): (&str, Vec<&str>)| json!({ "emoji": emoji, "count": members.len(), "members": members });
    by_emoji.into_iter().map(view).collect()
}
