//! Tests of conversations: the four laws, the invariant that every group has an admin, and what the tests
//! of each feature share. `ada` creates the groups; `sue` is staff.

mod admins;
mod business;
mod direct;
mod groups;
mod images;
mod newcomers;
mod participants;

use causerie_events::conversation::{
    DirectConversationStarted, GroupCreated, GroupImage, GroupRenamed, History, HistoryChanged, Participant,
};
use causerie_events::site::GroupCreation;
use causerie_events::{ConversationEvent, ConversationId, GroupName, MemberId};
use proptest::prelude::*;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::error::ConversationError;
use crate::permission::{Access, MemberChat, Membership};
use crate::testing::{
    Issued, STANDINGS, Step, acme, actor, any_standing, check_laws, code, decide, fold, issue, member,
};

use ConversationEvent as Event;

type Decided = Result<Vec<Event>, ConversationError>;

fn by(name: &str) -> Actor {
    let role = match name {
        "owner" => Role::Owner,
        "sue" => Role::Staff,
        _ => Role::Member,
    };
    actor(name, role)
}

fn standing(name: &str, standing: Standing) -> Actor {
    Actor { standing, ..by(name) }
}

fn standings(of: &[(&str, Standing)]) -> Standings {
    let mut standings = Standings::default();
    standings.extend(of.iter().map(|(name, standing)| (member(name), *standing)));
    standings
}

fn conversation() -> ConversationId {
    uuid::Uuid::from_u128(1).into()
}

fn members(names: &[&str]) -> Vec<MemberId> {
    names.iter().map(|name| member(name)).collect()
}

fn name(name: &str) -> GroupName {
    GroupName::parse(name).unwrap()
}

/// All participants are in reach.
fn group_of(participants: &[&str]) -> Issued<CreateGroup> {
    let command = CreateGroup {
        site: acme(),
        conversation: uuid::Uuid::from_u128(0x0198_0f6e_8d11_7c04_8a6b_5f4e_3d2c_1b0a).try_into().unwrap(),
        name: name("Reading club"),
        participants: members(participants),
        history: History::SinceJoined,
    };
    let facts = CreateGroupFacts {
        in_reach: members(participants).into_iter().collect(),
        member_chat: MemberChat::On,
        group_creation: GroupCreation::Members,
        max_participants: 4,
    };
    issue(by("ada"), command, facts)
}

fn created(participants: &[&str]) -> Event {
    created_with(participants, History::SinceJoined)
}

fn created_with(participants: &[&str], history: History) -> Event {
    Event::GroupCreated(GroupCreated {
        name: name("Reading club"),
        creator: member("ada"),
        participants: members(participants),
        history,
    })
}

fn participant(name: &str) -> Participant {
    Participant { member_id: member(name) }
}

fn added(name: &str) -> Event {
    Event::ParticipantAdded(participant(name))
}

fn removed(name: &str) -> Event {
    Event::ParticipantRemoved(participant(name))
}

fn left(name: &str) -> Event {
    Event::ParticipantLeft(participant(name))
}

fn granted(name: &str) -> Event {
    Event::AdminGranted(participant(name))
}

fn renamed(to: &str) -> Event {
    Event::GroupRenamed(GroupRenamed { name: name(to) })
}

fn history_changed(history: History) -> Event {
    Event::HistoryChanged(HistoryChanged { history })
}

fn image(id: u128, content: &str) -> GroupImage {
    GroupImage { image: uuid::Uuid::from_u128(id).into(), sha256: content.to_owned() }
}

fn direct() -> Event {
    Event::DirectConversationStarted(DirectConversationStarted { starter: member("ada"), peer: member("bo") })
}

fn business() -> Event {
    Event::BusinessConversationStarted(participant("ada"))
}

fn add(by_whom: &str, name: &str) -> Issued<AddParticipant> {
    let command = AddParticipant { site: acme(), conversation: conversation(), member: member(name) };
    let (member_chat, standings) = (MemberChat::On, Standings::default());
    issue(by(by_whom), command, AddParticipantFacts { in_reach: true, member_chat, max_participants: 4, standings })
}

fn remove(by_whom: &str, name: &str) -> Issued<RemoveParticipant> {
    let command = RemoveParticipant { site: acme(), conversation: conversation(), member: member(name) };
    issue(by(by_whom), command, Standings::default())
}

fn change(by_whom: &str) -> Issued<ChangeGroup> {
    let command = ChangeGroup { site: acme(), conversation: conversation(), name: None, history: None };
    issue(by(by_whom), command, MemberChat::On)
}

fn start_direct(by_whom: &str, with: &str) -> Issued<StartDirectConversation> {
    let command = StartDirectConversation { site: acme(), conversation: conversation(), member: member(with) };
    issue(by(by_whom), command, StartDirectFacts { in_reach: true, member_chat: MemberChat::On })
}

fn start_business(by_whom: &str, of: &str) -> Issued<StartBusinessConversation> {
    let command = StartBusinessConversation { site: acme(), conversation: conversation(), member: member(of) };
    issue(by(by_whom), command, Standing::InRoster)
}

fn change_admin(by_whom: &str, name: &str, admin: bool) -> Issued<ChangeAdmin> {
    let command = ChangeAdmin { site: acme(), conversation: conversation(), member: member(name), admin };
    issue(by(by_whom), command, Standings::default())
}

fn granting(history: Vec<Event>, by_whom: &str, name: &str) -> Decided {
    decide(history, change_admin(by_whom, name, true))
}

fn deleting(history: Vec<Event>, by_whom: &str) -> Decided {
    decide(history, issue(by(by_whom), DeleteGroup { site: acme(), conversation: conversation() }, ()))
}

fn access(history: Vec<Event>, of: &str) -> Access {
    fold::<Conversation>(history).access(&by(of)).unwrap()
}

fn membership(history: Vec<Event>, of: &str) -> Membership {
    access(history, of).membership
}

/// Whether the member may read a message sent at this version of the group.
fn reads(history: Vec<Event>, who: &str, sent_after: u64) -> bool {
    sent_after >= access(history, who).reads_from
}

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
