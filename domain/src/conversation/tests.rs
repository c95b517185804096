//! The rules of a conversation, as sentences.

use causerie_events::conversation::{GroupCreated, History, Participant};
use causerie_events::{ConversationEvent, GroupName, MemberId};
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::actor::{Actor, Role};
use crate::error::Refusal;
use crate::member::Standing;
use crate::site::{GroupCreation, MemberChat};
use crate::testing::{decide, fold, laws};

fn member(name: &str) -> MemberId {
    name.parse().unwrap()
}

fn actor(name: &str) -> Actor {
    Actor { member: member(name), role: if name == "owner" { Role::Owner } else { Role::Member } }
}

fn in_roster(name: &str) -> Candidate {
    Candidate { member: member(name), standing: Standing::InRoster }
}

fn group_of(participants: &[&str]) -> CreateGroup {
    CreateGroup {
        actor: actor("ada"),
        name: GroupName::parse("Reading club").unwrap(),
        participants: participants.iter().map(|name| in_roster(name)).collect(),
        history: History::SinceJoined,
        actor_standing: Standing::InRoster,
        member_chat: MemberChat::On,
        group_creation: GroupCreation::Members,
        max_participants: 4,
    }
}

fn created(participants: &[&str]) -> ConversationEvent {
    ConversationEvent::GroupCreated(GroupCreated {
        name: GroupName::parse("Reading club").unwrap(),
        creator: member("ada"),
        participants: participants.iter().map(|name| member(name)).collect(),
        history: History::SinceJoined,
    })
}

fn participant(name: &str) -> Participant {
    Participant { member_id: member(name) }
}

fn add(by: &str, name: &str) -> AddParticipant {
    AddParticipant {
        actor: actor(by),
        candidate: in_roster(name),
        actor_standing: Standing::InRoster,
        member_chat: MemberChat::On,
        max_participants: 4,
    }
}

fn remove(by: &str, name: &str) -> RemoveParticipant {
    RemoveParticipant { actor: actor(by), member: member(name), actor_standing: Standing::InRoster }
}

type Decided = Result<Vec<ConversationEvent>, ConversationError>;

fn creating(history: Vec<ConversationEvent>, command: CreateGroup) -> Decided {
    decide::<Conversation>(history, ConversationCommand::CreateGroup(command))
}

fn adding(history: Vec<ConversationEvent>, command: AddParticipant) -> Decided {
    decide::<Conversation>(history, ConversationCommand::AddParticipant(command))
}

fn removing(history: Vec<ConversationEvent>, command: RemoveParticipant) -> Decided {
    decide::<Conversation>(history, ConversationCommand::RemoveParticipant(command))
}

#[test]
fn a_member_creates_a_group_and_is_its_admin() {
    assert_eq!(creating(vec![], group_of(&["bo", "cy"])), Ok(vec![created(&["bo", "cy"])]));
    let Conversation::Group(group) = fold::<Conversation>([created(&["bo"])]) else { panic!("no group") };
    assert!(group.participants[&member("ada")].admin);
    assert!(!group.participants[&member("bo")].admin);
}

#[test]
fn each_participant_counts_once_and_the_creator_is_not_a_participant_twice() {
    assert_eq!(creating(vec![], group_of(&["bo", "bo", "ada"])), Ok(vec![created(&["bo"])]));
}

#[test]
fn creating_the_same_group_again_changes_nothing_even_after_it_has_changed() {
    let history = vec![created(&["bo"]), ConversationEvent::ParticipantLeft(participant("bo"))];
    assert_eq!(creating(history.clone(), group_of(&["bo"])), Ok(vec![]));
    assert_eq!(creating(history, group_of(&["cy"])), Err(ConversationError::IdTaken));
}

#[rstest]
#[case(CreateGroup { member_chat: MemberChat::Off, ..group_of(&[]) }, "member_chat.disabled")]
#[case(CreateGroup { member_chat: MemberChat::NoSite, ..group_of(&[]) }, "site.not_found")]
#[case(CreateGroup { actor_standing: Standing::Blocked, ..group_of(&[]) }, "member.blocked")]
#[case(CreateGroup { actor_standing: Standing::Outside, ..group_of(&[]) }, "member.not_in_community")]
#[case(CreateGroup { group_creation: GroupCreation::Staff, ..group_of(&[]) }, "group.creation_staff_only")]
#[case(group_of(&["bo", "cy", "di", "ed"]), "group.too_many_participants")]
fn a_group_is_refused(#[case] command: CreateGroup, #[case] code: &str) {
    assert_eq!(creating(vec![], command).unwrap_err().code(), code);
}

#[test]
fn a_group_holds_as_many_as_the_site_allows() {
    assert!(creating(vec![], group_of(&["bo", "cy", "di"])).is_ok());
}

#[test]
fn who_is_not_in_the_roster_cannot_be_in_a_group_and_the_refusal_does_not_say_why() {
    for standing in [Standing::Unregistered, Standing::Pending, Standing::Blocked, Standing::Outside] {
        let candidate = Candidate { member: member("bo"), standing };
        let command = CreateGroup { participants: vec![candidate.clone()], ..group_of(&[]) };
        assert_eq!(creating(vec![], command), Err(ConversationError::NotInRoster));
        let command = AddParticipant { candidate, ..add("ada", "bo") };
        assert_eq!(adding(vec![created(&[])], command), Err(ConversationError::NotInRoster));
    }
}

#[test]
fn admins_and_the_owner_add_participants() {
    for by in ["ada", "owner"] {
        let events = vec![ConversationEvent::ParticipantAdded(participant("cy"))];
        assert_eq!(adding(vec![created(&["bo"])], add(by, "cy")), Ok(events));
        assert_eq!(adding(vec![created(&["bo"])], add(by, "bo")), Ok(vec![]));
    }
    assert_eq!(adding(vec![created(&["bo"])], add("bo", "cy")), Err(ConversationError::AdminOnly));
}

#[test]
fn to_who_is_not_in_it_a_group_does_not_exist() {
    assert_eq!(adding(vec![created(&["bo"])], add("eve", "cy")), Err(ConversationError::NotFound));
    assert_eq!(removing(vec![created(&["bo"])], remove("eve", "bo")), Err(ConversationError::NotFound));
    assert_eq!(removing(vec![created(&["bo"])], remove("eve", "eve")), Err(ConversationError::NotFound));
    assert_eq!(adding(vec![], add("ada", "cy")), Err(ConversationError::NotFound));
    assert_eq!(fold::<Conversation>([created(&["bo"])]).access(&member("eve")), Access::Unknown);
}

#[test]
fn a_full_group_takes_nobody_more() {
    let full = vec![created(&["bo", "cy", "di"])];
    assert_eq!(adding(full, add("ada", "ed")), Err(ConversationError::TooManyParticipants));
}

#[test]
fn nobody_is_added_while_member_chat_is_off() {
    let command = AddParticipant { member_chat: MemberChat::Off, ..add("ada", "cy") };
    assert_eq!(adding(vec![created(&["bo"])], command).unwrap_err().code(), "member_chat.disabled");
}

#[test]
fn admins_and_the_owner_remove_participants() {
    for by in ["ada", "owner"] {
        let events = vec![ConversationEvent::ParticipantRemoved(participant("bo"))];
        assert_eq!(removing(vec![created(&["bo"])], remove(by, "bo")), Ok(events));
        assert_eq!(removing(vec![created(&["bo"])], remove(by, "cy")), Ok(vec![]));
    }
    assert_eq!(removing(vec![created(&["bo", "cy"])], remove("bo", "cy")), Err(ConversationError::AdminOnly));
}

#[test]
fn anyone_leaves_and_leaving_again_changes_nothing() {
    let left = ConversationEvent::ParticipantLeft(participant("bo"));
    assert_eq!(removing(vec![created(&["bo"])], remove("bo", "bo")), Ok(vec![left.clone()]));
    assert_eq!(removing(vec![created(&["bo"]), left], remove("bo", "bo")), Ok(vec![]));
}

#[test]
fn the_last_admin_leaving_hands_over_to_the_longest_standing_participant() {
    // By name cy comes after bo; by standing, bo came back later.
    let history = vec![
        created(&["bo", "cy"]),
        ConversationEvent::ParticipantLeft(participant("bo")),
        ConversationEvent::ParticipantAdded(participant("bo")),
    ];
    let expected = vec![
        ConversationEvent::ParticipantLeft(participant("ada")),
        ConversationEvent::AdminGranted(participant("cy")),
    ];
    assert_eq!(removing(history, remove("ada", "ada")), Ok(expected));
}

#[test]
fn the_owner_removing_the_last_admin_hands_over_too() {
    let expected = vec![
        ConversationEvent::ParticipantRemoved(participant("ada")),
        ConversationEvent::AdminGranted(participant("bo")),
    ];
    assert_eq!(removing(vec![created(&["bo"])], remove("owner", "ada")), Ok(expected));
}

#[test]
fn the_last_participant_leaving_closes_the_group() {
    let expected = vec![ConversationEvent::ParticipantLeft(participant("ada")), ConversationEvent::GroupClosed];
    assert_eq!(removing(vec![created(&[])], remove("ada", "ada")), Ok(expected.clone()));
    let closed = fold::<Conversation>([vec![created(&[])], expected.clone()].concat());
    assert_eq!(closed.access(&member("ada")), Access::Closed);
    assert_eq!(adding([vec![created(&[])], expected].concat(), add("owner", "bo")), Err(ConversationError::Closed));
}

fn any_command() -> impl Strategy<Value = ConversationCommand> {
    let name = || prop_oneof![Just("ada"), Just("bo"), Just("cy"), Just("di"), Just("owner")];
    let standing =
        || prop_oneof![3 => Just(Standing::InRoster), 1 => Just(Standing::Blocked), 1 => Just(Standing::Outside)];
    prop_oneof![
        1 => prop::sample::select(vec![vec![], vec!["bo"], vec!["bo", "cy"]])
            .prop_map(|others| ConversationCommand::CreateGroup(group_of(&others))),
        4 => (name(), name(), standing()).prop_map(|(by, who, actor_standing)| {
            ConversationCommand::AddParticipant(AddParticipant { actor_standing, ..add(by, who) })
        }),
        4 => (name(), name(), standing()).prop_map(|(by, who, actor_standing)| {
            ConversationCommand::RemoveParticipant(RemoveParticipant { actor_standing, ..remove(by, who) })
        }),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..40)) {
        laws::<Conversation>([vec![ConversationCommand::CreateGroup(group_of(&["bo", "cy"]))], commands].concat());
    }

    #[test]
    fn an_open_group_is_never_without_an_admin(commands in prop::collection::vec(any_command(), 0..40)) {
        let mut state = fold::<Conversation>([created(&["bo", "cy"])]);
        for command in commands {
            let events = crate::Decide::decide(&state, command).unwrap_or_default();
            for event in events {
                cqrs_es::Aggregate::apply(&mut state, event);
            }
            let Conversation::Group(group) = &state else { panic!("no group") };
            prop_assert_eq!(group.closed, group.participants.is_empty());
            prop_assert!(group.closed || group.participants.values().any(|seat| seat.admin));
        }
    }
}
