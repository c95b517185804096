//! Tests of messages. `ada` sends to a group in which `bo` is an admin.

mod deleting;
mod editing;
mod laws;
mod reactions;
mod sending;

use causerie_events::conversation::ConversationKind;
use causerie_events::message::{MessageDeleted, MessageEdited, MessageSent};
use causerie_events::{ConversationId, Emoji, MessageEvent, MessageId, MessageText, SiteId};
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::error::MessageError;
use crate::permission::{Access, ConversationContext, MemberChat, Membership};
use crate::testing::{Issued, actor, code, decide, fold, issue, member};

fn acme() -> SiteId {
    "acme".parse().unwrap()
}

fn id() -> MessageId {
    Uuid::from_u128(9).into()
}

fn conversation() -> ConversationId {
    Uuid::from_u128(1).into()
}

fn elsewhere() -> ConversationId {
    Uuid::from_u128(2).into()
}

fn by(name: &str) -> Actor {
    actor(name, if name == "owner" { Role::Owner } else { Role::Member })
}

fn at(membership: Membership) -> ConversationContext {
    context(Access { kind: ConversationKind::Group, membership, closed: false, reads_from: 3 })
}

fn context(access: Access) -> ConversationContext {
    ConversationContext { access: Some(access), member_chat: MemberChat::On, peer_in_reach: true, version: 3 }
}

/// The context of an actor who reads from this version of the conversation on.
fn reads_from(membership: Membership, version: u64) -> ConversationContext {
    context(Access { kind: ConversationKind::Group, membership, closed: false, reads_from: version })
}

fn here() -> ConversationContext {
    at(Membership::Participant)
}

fn outside() -> ConversationContext {
    reads_from(Membership::None, u64::MAX)
}

fn nowhere() -> ConversationContext {
    ConversationContext { access: None, ..here() }
}

fn closed() -> ConversationContext {
    context(Access { kind: ConversationKind::Group, membership: Membership::Participant, closed: true, reads_from: 3 })
}

fn standing(standing: Standing) -> Actor {
    Actor { standing, ..by("ada") }
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

fn send(says: &str) -> Issued<SendMessage> {
    let command = SendMessage {
        site: acme(),
        conversation: conversation(),
        message: id(),
        text: text(says),
        reply_to: None,
        sent_at: Timestamp::UNIX_EPOCH,
    };
    issue(by("ada"), command, SendFacts { context: here(), reply_target: ReplyTarget::None })
}

fn edit(name: &str, says: &str) -> Issued<EditMessage> {
    let command = EditMessage {
        site: acme(),
        conversation: conversation(),
        message: id(),
        text: text(says),
        edited_at: Timestamp::UNIX_EPOCH,
    };
    issue(by(name), command, here())
}

fn emoji_of(emoji: &str) -> Emoji {
    Emoji::parse(emoji).unwrap()
}

fn sent(says: &str) -> MessageEvent {
    MessageEvent::MessageSent(MessageSent {
        conversation_id: conversation(),
        author_id: member("ada"),
        text: text(says),
        reply_to: None,
        sent_at: Timestamp::UNIX_EPOCH,
        conversation_version: 3,
    })
}

fn edited(says: &str) -> MessageEvent {
    MessageEvent::MessageEdited(MessageEdited {
        conversation_id: conversation(),
        text: text(says),
        edited_at: Timestamp::UNIX_EPOCH,
    })
}

fn deleted(by: &str) -> MessageEvent {
    MessageEvent::MessageDeleted(MessageDeleted { conversation_id: conversation(), deleted_by: member(by) })
}
