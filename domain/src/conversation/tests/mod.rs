//! The rules of a conversation, as sentences. Groups are created by ada; `sue` is staff.

mod admins;
mod business;
mod direct;
mod groups;
mod images;
mod laws;
mod newcomers;
mod participants;

use causerie_events::conversation::{
    DirectConversationStarted, GroupCreated, GroupImage, GroupRenamed, History, HistoryChanged, Participant,
};
use causerie_events::site::GroupCreation;
use causerie_events::{ConversationEvent, GroupName};

use super::*;
use crate::actor::{Actor, Role};
use crate::member::Standing;
use crate::site::MemberChat;
use crate::testing::{STANDINGS, actor, code, decide, fold, member};

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

fn in_reach(name: &str) -> Candidate {
    Candidate { member: member(name), in_reach: true }
}

fn out_of_reach(name: &str) -> Candidate {
    Candidate { member: member(name), in_reach: false }
}

fn name(name: &str) -> GroupName {
    GroupName::parse(name).unwrap()
}

fn group_of(participants: &[&str]) -> CreateGroup {
    CreateGroup {
        actor: by("ada"),
        name: name("Reading club"),
        participants: participants.iter().map(|name| in_reach(name)).collect(),
        history: History::SinceJoined,
        member_chat: MemberChat::On,
        group_creation: GroupCreation::Members,
        max_participants: 4,
    }
}

fn created(participants: &[&str]) -> Event {
    created_with(participants, History::SinceJoined)
}

fn created_with(participants: &[&str], history: History) -> Event {
    Event::GroupCreated(GroupCreated {
        name: name("Reading club"),
        creator: member("ada"),
        participants: participants.iter().map(|name| member(name)).collect(),
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

fn add(by_whom: &str, name: &str) -> AddParticipant {
    AddParticipant {
        actor: by(by_whom),
        candidate: in_reach(name),
        member_chat: MemberChat::On,
        max_participants: 4,
        standings: Standings::default(),
    }
}

fn remove(by_whom: &str, name: &str) -> RemoveParticipant {
    RemoveParticipant { actor: by(by_whom), member: member(name), standings: Standings::default() }
}

fn change(by_whom: &str) -> ChangeGroup {
    ChangeGroup { actor: by(by_whom), name: None, history: None, member_chat: MemberChat::On }
}

fn start_direct(by_whom: &str, with: &str) -> StartDirectConversation {
    StartDirectConversation { actor: by(by_whom), peer: in_reach(with), member_chat: MemberChat::On }
}

fn start_business(by_whom: &str, of: &str) -> StartBusinessConversation {
    StartBusinessConversation { actor: by(by_whom), member: member(of), member_standing: Standing::InRoster }
}

fn starting_direct(history: Vec<Event>, command: StartDirectConversation) -> Decided {
    decide::<Conversation>(history, ConversationCommand::StartDirectConversation(command))
}

fn starting_business(history: Vec<Event>, command: StartBusinessConversation) -> Decided {
    decide::<Conversation>(history, ConversationCommand::StartBusinessConversation(command))
}

fn changing(history: Vec<Event>, command: ChangeGroup) -> Decided {
    decide::<Conversation>(history, ConversationCommand::ChangeGroup(command))
}

fn adding(history: Vec<Event>, command: AddParticipant) -> Decided {
    decide::<Conversation>(history, ConversationCommand::AddParticipant(command))
}

fn removing(history: Vec<Event>, command: RemoveParticipant) -> Decided {
    decide::<Conversation>(history, ConversationCommand::RemoveParticipant(command))
}

fn granting(history: Vec<Event>, by_whom: &str, name: &str) -> Decided {
    let standings = Standings::default();
    let command = ChangeAdmin { actor: by(by_whom), member: member(name), admin: true, standings };
    decide::<Conversation>(history, ConversationCommand::ChangeAdmin(command))
}

fn deleting(history: Vec<Event>, by_whom: &str) -> Decided {
    decide::<Conversation>(history, ConversationCommand::DeleteGroup(DeleteGroup { actor: by(by_whom) }))
}

fn access(history: Vec<Event>, of: &str) -> Access {
    fold::<Conversation>(history).access(&by(of)).unwrap()
}

fn seat(history: Vec<Event>, of: &str) -> Seat {
    access(history, of).seat
}

/// Whether somebody may read a message that was sent after so many events of the group.
fn reads(history: Vec<Event>, who: &str, sent_after: u64) -> bool {
    sent_after >= access(history, who).reads_from
}
