//! The four laws.

use proptest::prelude::*;

use super::*;
use crate::testing::{Step, any_role, any_standing, laws};

fn any_place() -> impl Strategy<Value = Place> + Clone {
    let kind = prop::sample::select(vec![Of::Group, Of::Direct, Of::Business]);
    let seat = prop_oneof![4 => Just(Seat::Participant), 2 => Just(Seat::Admin), 1 => Just(Seat::Outside)];
    let access = (kind, seat, prop::bool::weighted(0.1), prop::sample::select(vec![0, 3, 4]))
        .prop_map(|(kind, seat, closed, reads_from)| Access { kind, seat, closed, reads_from });
    let chat = prop_oneof![5 => Just(MemberChat::On), 1 => Just(MemberChat::Off), 1 => Just(MemberChat::NoSite)];
    (prop::option::weighted(0.95, access), chat, prop::bool::weighted(0.9), 3..5_u64)
        .prop_map(|(access, member_chat, peer_in_reach, version)| Place { access, member_chat, peer_in_reach, version })
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
        (whatever.clone(), target).prop_map(|((actor, conversation, place, says), reply_target)| {
            let sent = send(says).by(actor).with_facts(SendFacts { place, reply_target });
            sent.with(|command| command.conversation = conversation).into()
        }),
        whatever.clone().prop_map(|(actor, conversation, place, says)| {
            let edited = edit("ada", says).by(actor).with_facts(place);
            edited.with(|command| command.conversation = conversation).into()
        }),
        whatever.clone().prop_map(|(actor, conversation, place, _)| {
            issue(actor, DeleteMessage { site: acme(), conversation, message: id() }, place).into()
        }),
        (whatever, emoji, any::<bool>()).prop_map(|((actor, conversation, place, _), emoji, on)| {
            issue(actor, React { site: acme(), conversation, message: id(), emoji, on }, place).into()
        }),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..20)) {
        laws::<Message>([vec![send("a").into()], commands].concat());
    }

    #[test]
    fn the_four_laws_hold_where_nothing_was_sent(commands in prop::collection::vec(any_command(), 0..10)) {
        laws::<Message>(commands);
    }
}
