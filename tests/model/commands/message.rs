//! Commands to messages, and to the participation of the caller.

use proptest::bool::weighted as chance;
use proptest::option::{of, weighted};
use proptest::prelude::{any, prop_oneof};
use proptest::sample::select;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::conversation::start;
use super::{Call, Weighted, command, get_site, put_or_delete};
use crate::generate::{author, manager, participant, target};
use crate::targets::{Effect, KnownConversation, Person, Sent, Target, Targets};

const EMOJI: [&str; 4] = ["👍", "❤️", "😂", "🇫🇷"];

pub(super) fn commands() -> Vec<Weighted> {
    let flag = || of(any::<bool>());
    vec![
        // SendMessage. The participants of a conversation that does not exist yet start it.
        command(60, (participant(), target(), weighted(0.25, 0..12_usize)), |(by, target, reply_to), targets| {
            let conversation = targets.conversation(target);
            let caller = conversation.select(by, None);
            if conversation.id.is_none()
                && !matches!(target, Target::Group(_))
                && conversation.participants.iter().any(|(id, _)| *id == caller)
            {
                return start(caller, target);
            }
            let reply_to = reply_to.and_then(|back| Some(conversation.message(back)?.id));
            let sent = Sent { id: Uuid::now_v7(), author: caller, text: targets.text(caller), reply_to };
            send(&conversation, &sent).then(Effect::Sent(target, sent))
        }),
        // SendMessage, with the id of an earlier message.
        command(4, (0..40_usize, chance(0.3)), |(message, changed), targets| {
            let messages = targets.messages();
            let Some((target, sent)) = messages.get(message % messages.len().max(1)) else {
                return get_site();
            };
            let mut again = sent.clone();
            if changed {
                again.text.push_str(", changed");
            }
            send(&targets.conversation(*target), &again)
        }),
        // EditMessage
        command(9, (author(), target(), 0..8_usize), |(by, target, message), targets| {
            let call = to_message(targets, by, target, message, Method::PATCH, "");
            let text = format!("{}, edited", targets.text(call.caller));
            call.with_body(json!({ "text": text }))
        }),
        // DeleteMessage
        command(7, (prop_oneof![author(), manager()], target(), 0..8_usize), |(by, target, message), targets| {
            to_message(targets, by, target, message, Method::DELETE, "")
        }),
        // AddReaction, RemoveReaction
        command(
            16,
            (participant(), target(), 0..5_usize, select(&EMOJI[..]), chance(0.7)),
            |(by, target, message, emoji, on), targets| {
                to_message(targets, by, target, message, put_or_delete(on), &format!("/reactions/{emoji}"))
            },
        ),
        // MarkRead
        command(16, (participant(), target(), 0..10_usize), |(by, target, message), targets| {
            let conversation = targets.conversation(targets.aim(target, has_messages));
            Call::new(conversation.select(by, None), Method::PUT, format!("{}/read-marker", conversation.path()))
                .with_body(json!({ "message": conversation.message_id(message) }))
        }),
        // ChangePreferences
        command(
            8,
            (participant(), target(), flag(), flag(), flag()),
            |(by, target, muted, archived, pinned), targets| {
                let conversation = targets.conversation(targets.aim(target, KnownConversation::exists));
                let mut body = json!({});
                for (name, value) in [("muted", muted), ("archived", archived), ("pinned", pinned)] {
                    value.inspect(|value| body[name] = json!(value));
                }
                let path = format!("{}/preferences", conversation.path());
                Call::new(conversation.select(by, None), Method::PATCH, path).with_body(body)
            },
        ),
    ]
}

fn has_messages(conversation: &KnownConversation) -> bool {
    !conversation.messages.is_empty()
}

/// A request to a message of a conversation that has messages, or to a path below it.
fn to_message(targets: &Targets, by: Person, target: Target, message: usize, method: Method, below: &str) -> Call {
    let conversation = targets.conversation(targets.aim(target, has_messages));
    let caller = conversation.select(by, conversation.message(message));
    let path = format!("{}/messages/{}{below}", conversation.path(), conversation.message_id(message));
    Call::new(caller, method, path)
}

fn send(conversation: &KnownConversation, sent: &Sent) -> Call {
    let mut body = json!({ "text": sent.text });
    sent.reply_to.inspect(|id| body["reply_to"] = json!(id));
    Call::new(sent.author, Method::PUT, format!("{}/messages/{}", conversation.path(), sent.id)).with_body(body)
}
