//! The four laws.

use proptest::prelude::*;

use super::*;
use crate::testing::{Step, any_role, any_standing, check_laws};

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
