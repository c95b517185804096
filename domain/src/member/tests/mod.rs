//! Tests of members. The commands apply to `ada`.

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
use causerie_events::{Label, MemberEvent, SiteId};

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::error::{MemberError, SiteError};
use crate::permission::MemberChat;
use crate::testing::{
    Issued, PROFILE_TIME, actor, code, decide, fold, issue, member, profile, profile_changed, registered,
};

type Decided = Result<Vec<MemberEvent>, MemberError>;

fn acme() -> SiteId {
    "acme".parse().unwrap()
}

fn register_by(actor: Actor, name: &str) -> Issued<RegisterMember> {
    let command = RegisterMember {
        site: acme(),
        member: member("ada"),
        profile: profile(name),
        profile_as_of: PROFILE_TIME,
        community: Some(true),
        first_visit: false,
    };
    issue(actor, command, RegistrationFacts { site: MemberChat::Off, approval: Approval::Automatic })
}

fn first_visit(actor: Actor, name: &str) -> Issued<RegisterMember> {
    register_by(actor, name).with(|command| command.first_visit = true)
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

fn ada() -> Actor {
    actor("ada", Role::Member)
}

fn labelling(history: Vec<MemberEvent>, by: Actor, role_or_badge: RoleOrBadge, on: bool) -> Decided {
    decide(history, issue(by, LabelMember { site: acme(), member: member("ada"), role_or_badge, assigned: on }, ()))
}

fn changing_community(history: Vec<MemberEvent>, by: Actor, joined: bool) -> Decided {
    decide(history, issue(by, ChangeCommunity { site: acme(), member: member("ada"), joined }, ()))
}

fn block(other: &str) -> Issued<BlockContact> {
    let command = BlockContact { site: acme(), other: member(other), blocked: true };
    issue(ada(), command, ContactFacts { in_reach: true, is_staff: false })
}

fn label(name: &str) -> Label {
    name.parse().unwrap()
}

fn role(name: &str) -> RoleOrBadge {
    RoleOrBadge::Role(label(name))
}

fn badge(name: &str) -> RoleOrBadge {
    RoleOrBadge::Badge(label(name))
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
        profile_as_of: Some(PROFILE_TIME),
    })
}

fn standing(history: Vec<MemberEvent>) -> Standing {
    fold::<Member>(history).standing()
}
