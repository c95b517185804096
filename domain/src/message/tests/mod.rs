//! Tests of messages: the four laws, and what the tests of each feature share. `ada` sends to a group in
//! which `bo` is an admin.

mod deleting;
mod editing;
mod reactions;
mod sending;

use causerie_events::conversation::ConversationKind;
use causerie_events::message::{MessageDeleted, MessageEdited, MessageSent};
use causerie_events::{ConversationId, Emoji, MessageEvent, MessageId, MessageText};
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::error::MessageError;
use crate::permission::{Access, ConversationContext, MemberChat, Membership};
use crate::testing::{
    Issued, Step, acme, actor, any_role, any_standing, check_laws, code, decide, fold, issue, member,
};

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

fn any_place() -> impl Strategy<Value = ConversationContext> + Clone {
    let kind =
        prop::sample::select(vec![ConversationKind::Group, ConversationKind::Direct, ConversationKind::Business]);
    let membership =
        prop_oneof![4 => Just(Membership::Participant), 2 => Just(Membership::Admin), 1 => Just(Membership::None)];
    let access = (kind, membership, prop::bool::weighted(0.1), prop::sample::select(vec![0, 3, 4]))
        .prop_map(|(kind, membership, closed, reads_from)| Access { kind, membership, closed, reads_from });
    let chat = prop_oneof![5 => Just(MemberChat::On), 1 => Just(MemberChat::Off), 1 => Just(MemberChat::NoSite)];
    (prop::option::weighted(0.95, access), chat, prop::bool::weighted(0.9), 3..5_u64).prop_map(
        |(access, member_chat, peer_in_reach, version)| ConversationContext {
            access,
            member_chat,
            peer_in_reach,
            version,
        },
    )
}

fn any_command() -> impl Strategy<Value = Step<Message>> {
    let name = prop::sample::select(vec!["ada", "bo"]);
    let by = (name, prop_oneof![3 => Just(Role::Member), 2 => any_role()], any_standing())
        .prop_map(|(name, role, standing)| Actor { standing, ..actor(name, role) });
    let at = prop_oneof![9 => Just(conversation()), 1 => Just(elsewhere())];
    let whatever = (by, at, any_place(), prop::sample::select(vec!["a", "b"]));
    let target = prop_oneof![2 => Just(ReplyTarget::None), 1 => Just(ReplyTarget::Unknown)];
    let emoji = prop::sample::select(vec!["👍", "🎉", "x"]).prop_map(emoji_of);
    prop_oneof![
        (whatever.clone(), target).prop_map(|((actor, conversation, context, says), reply_target)| {
            let sent = send(says).by(actor).with_facts(SendFacts { context, reply_target });
            sent.with(|command| command.conversation = conversation).into()
        }),
        whatever.clone().prop_map(|(actor, conversation, context, says)| {
            let edited = edit("ada", says).by(actor).with_facts(context);
            edited.with(|command| command.conversation = conversation).into()
        }),
        whatever.clone().prop_map(|(actor, conversation, context, _)| {
            issue(actor, DeleteMessage { site: acme(), conversation, message: id() }, context).into()
        }),
        (whatever, emoji, any::<bool>()).prop_map(|((actor, conversation, context, _), emoji, on)| {
            issue(actor, ChangeReaction { site: acme(), conversation, message: id(), emoji, added: on }, context).into()
        }),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..20)) {
        check_laws::<Message>([vec![send("a").into()], commands].concat());
    }

    #[test]
    fn the_four_laws_hold_for_a_missing_message(commands in prop::collection::vec(any_command(), 0..10)) {
        check_laws::<Message>(commands);
    }
}
