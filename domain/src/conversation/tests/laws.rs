//! The four laws, and the invariant that every group has an admin.

use proptest::prelude::*;

use super::*;
use crate::testing::{Step, any_standing, check_laws};

fn any_start() -> impl Strategy<Value = Step<Conversation>> {
    let others = prop::sample::select(vec![vec![], vec!["bo"], vec!["bo", "cy"]]);
    let creation = prop_oneof![3 => Just(GroupCreation::Members), 1 => Just(GroupCreation::Staff)];
    prop_oneof![
        (any_actor(), others, any_chat(), creation).prop_map(|(actor, others, member_chat, group_creation)| {
            let group = group_of(&others).by(actor).change_facts(|facts| facts.member_chat = member_chat);
            group.change_facts(|facts| facts.group_creation = group_creation).into()
        }),
        (any_actor(), any_name(), any_reach(), any_chat()).prop_map(|(actor, peer, in_reach, member_chat)| {
            start_direct("ada", peer).by(actor).with_facts(StartDirectFacts { in_reach, member_chat }).into()
        }),
        (any_actor(), any_name(), any_standing())
            .prop_map(|(actor, of, standing)| start_business("ada", of).by(actor).with_facts(standing).into()),
    ]
}

fn any_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["ada", "bo", "cy", "di", "sue", "owner"])
}

fn any_actor() -> impl Strategy<Value = Actor> {
    (any_name(), any_standing()).prop_map(|(name, of)| standing(name, of))
}

fn any_standings() -> impl Strategy<Value = Standings> {
    prop::collection::vec((any_name(), any_standing()), 0..6).prop_map(|of| standings(&of))
}

fn any_reach() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.8)
}

fn any_chat() -> impl Strategy<Value = MemberChat> {
    prop_oneof![4 => Just(MemberChat::On), 1 => Just(MemberChat::Off)]
}

fn any_image() -> impl Strategy<Value = GroupImage> {
    (any::<u128>(), prop::sample::select(vec!["beach", "forest"])).prop_map(|(id, content)| image(id, content))
}

fn any_command() -> impl Strategy<Value = Step<Conversation>> {
    let names = prop::option::of(prop::sample::select(vec!["Reading club", "Chess club"]).prop_map(name));
    let histories = prop::option::of(prop_oneof![Just(History::SinceJoined), Just(History::All)]);
    prop_oneof![
        1 => any_start(),
        2 => (any_actor(), names, histories, any_chat()).prop_map(|(actor, name, history, member_chat)| {
            let command = ChangeGroup { site: acme(), conversation: conversation(), name, history };
            issue(actor, command, member_chat).into()
        }),
        2 => (any_actor(), prop::option::of(any_image()), any_chat()).prop_map(|(actor, image, member_chat)| {
            let command = ChangeGroupImage { site: acme(), conversation: conversation(), image };
            issue(actor, command, member_chat).into()
        }),
        6 => (any_actor(), any_name(), any_reach(), any_chat(), 2..6_u32).prop_map(
            |(actor, name, in_reach, member_chat, max_participants)| {
                let standings = Standings::default();
                let facts = AddParticipantFacts { in_reach, member_chat, max_participants, standings };
                add("ada", name).by(actor).with_facts(facts).into()
            }
        ),
        4 => (any_actor(), any_name(), any_standings())
            .prop_map(|(actor, name, standings)| remove("ada", name).by(actor).with_facts(standings).into()),
        1 => (any_actor(), any_standings()).prop_map(|(actor, standings)| {
            remove("ada", actor.member.as_str()).by(actor).with_facts(standings).into()
        }),
        5 => (any_actor(), any_name(), any::<bool>(), any_standings()).prop_map(|(actor, name, admin, standings)| {
            change_admin("ada", name, admin).by(actor).with_facts(standings).into()
        }),
        1 => any_standings().prop_map(|standings| {
            issue(by("ada"), AppointAdmin { site: acme(), conversation: conversation() }, standings).into()
        }),
        1 => (any_actor(), prop::bool::weighted(0.3)).prop_map(|(mut actor, really)| {
            actor.member = if really { actor.member } else { member("eve") };
            issue(actor, DeleteGroup { site: acme(), conversation: conversation() }, ()).into()
        }),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold_for_a_group(commands in prop::collection::vec(any_command(), 0..40)) {
        check_laws::<Conversation>([vec![group_of(&["bo", "cy"]).into()], commands].concat());
    }

    #[test]
    fn the_four_laws_hold_whatever_is_started(
        start in prop::collection::vec(any_start(), 0..5),
        commands in prop::collection::vec(any_command(), 0..10),
    ) {
        check_laws::<Conversation>([start, commands].concat());
    }

    #[test]
    fn group_with_participants_always_has_an_admin(
        commands in prop::collection::vec(any_command(), 0..40),
    ) {
        let mut state = fold::<Conversation>([created(&["bo", "cy"])]);
        for command in commands {
            for event in command.decide(&state).unwrap_or_default() {
                causerie_events::Aggregate::apply(&mut state, event);
            }
            let Conversation::Group(group) = &state else { panic!("no group") };
            let is_empty = group.participants.is_empty();
            prop_assert!(group.closed || !is_empty);
            prop_assert!(is_empty || group.participants.values().any(|membership| membership.admin));
            prop_assert!(group.former_participants.keys().all(|member| !group.participants.contains_key(member)));
        }
    }
}
