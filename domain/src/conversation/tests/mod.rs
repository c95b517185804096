//! Tests of conversations. `ada` creates the groups; `sue` is staff.

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
use causerie_events::{ConversationEvent, ConversationId, GroupName, MemberId, SiteId};

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::error::ConversationError;
use crate::permission::{Access, MemberChat, Membership};
use crate::testing::{Issued, STANDINGS, actor, code, decide, fold, issue, member};

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

fn acme() -> SiteId {
    "acme".parse().unwrap()
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
