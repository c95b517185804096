//! The rules of a member, as sentences. The member they are about is `ada`.

mod community;
mod contacts;
mod labels;
mod laws;
mod log;
mod moderation;
mod registration;
mod standing;

use causerie_events::member::{Badge, Contact, MemberRegistered, Role as Assigned};
use causerie_events::site::Approval;
use causerie_events::{Label, MemberEvent};

use super::*;
use crate::actor::{Actor, Role};
use crate::site::{MemberChat, SiteError};
use crate::testing::{SAID, actor, code, decide, fold, member, profile, profile_changed, registered};

type Decided = Result<Vec<MemberEvent>, MemberError>;

fn register_by(actor: Actor, name: &str) -> RegisterMember {
    RegisterMember {
        actor,
        member: member("ada"),
        profile: profile(name),
        profile_as_of: SAID,
        community: Some(true),
        first_visit: false,
        site: MemberChat::Off,
        approval: Approval::Automatic,
    }
}

fn first_visit(actor: Actor, name: &str) -> RegisterMember {
    RegisterMember { first_visit: true, ..register_by(actor, name) }
}

fn operator() -> Actor {
    actor("host", Role::Operator)
}

fn owner() -> Actor {
    actor("owner", Role::Owner)
}

fn staff() -> Actor {
    actor("sue", Role::Staff)
}

fn oneself() -> Actor {
    actor("ada", Role::Member)
}

fn labelling(history: Vec<MemberEvent>, by: Actor, tag: Tag, on: bool) -> Decided {
    decide::<Member>(history, MemberCommand::Label(LabelMember { actor: by, member: member("ada"), tag, on }))
}

fn changing_community(history: Vec<MemberEvent>, by: Actor, joined: bool) -> Decided {
    let command = ChangeCommunity { actor: by, member: member("ada"), joined };
    decide::<Member>(history, MemberCommand::ChangeCommunity(command))
}

fn block(other: &str) -> BlockContact {
    BlockContact { actor: oneself(), other: member(other), blocked: true, other_in_reach: true, other_is_staff: false }
}

fn blocking(history: Vec<MemberEvent>, command: BlockContact) -> Decided {
    decide::<Member>(history, MemberCommand::BlockContact(command))
}

fn label(name: &str) -> Label {
    name.parse().unwrap()
}

fn role(name: &str) -> Tag {
    Tag::Role(label(name))
}

fn badge(name: &str) -> Tag {
    Tag::Badge(label(name))
}

fn role_assigned(name: &str) -> MemberEvent {
    MemberEvent::RoleAssigned(Assigned { role: label(name) })
}

fn role_unassigned(name: &str) -> MemberEvent {
    MemberEvent::RoleUnassigned(Assigned { role: label(name) })
}

fn badge_assigned(name: &str) -> MemberEvent {
    MemberEvent::BadgeAssigned(Badge { badge: label(name) })
}

fn contact_blocked(name: &str) -> MemberEvent {
    MemberEvent::ContactBlocked(Contact { member_id: member(name) })
}

fn waiting() -> MemberEvent {
    MemberEvent::MemberRegistered(MemberRegistered {
        profile: profile("Ada"),
        community: true,
        pending: true,
        profile_as_of: Some(SAID),
    })
}

fn standing(history: Vec<MemberEvent>) -> Standing {
    fold::<Member>(history).standing()
}
