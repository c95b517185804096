//! Tests of members: the four laws, the invariant that staff are never blocked or removed, and what the
//! tests of each feature share. The commands apply to `ada`.

mod community;
mod contacts;
mod labels;
mod log;
mod moderation;
mod registration;
mod standing;

use causerie_events::member::{Badge, Contact, MemberRegistered, Role as Assigned};
use causerie_events::site::Approval;
use causerie_events::{Label, MemberEvent};
use proptest::prelude::*;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::error::{MemberError, SiteError};
use crate::permission::MemberChat;
use crate::testing::{
    Issued, PROFILE_TIME, Step, acme, actor, any_role, any_standing, check_laws, code, decide, fold, issue, member,
    profile, profile_changed, registered,
};

type Decided = Result<Vec<MemberEvent>, MemberError>;

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

fn any_actor() -> impl Strategy<Value = Actor> + Clone {
    let name = prop::sample::select(vec!["ada", "bo", "sue"]);
    let role = prop_oneof![2 => Just(Role::Owner), 3 => any_role()];
    (name, role, any_standing()).prop_map(|(name, role, standing)| Actor { standing, ..actor(name, role) })
}

/// All commands except ReplayLog, which is not idempotent.
fn any_command() -> impl Strategy<Value = Step<Member>> {
    use Moderation::{Approve, Block, Mute, Remove, Unblock, Unmute};
    let approval = prop_oneof![Just(Approval::Automatic), Just(Approval::Manual)];
    let action = prop::sample::select(vec![Approve, Block, Unblock, Mute, Unmute, Remove]);
    let role_or_badge = (any::<bool>(), prop::sample::select(vec!["staff", "gardener", "owner"]))
        .prop_map(|(is_role, name)| if is_role { role(name) } else { badge(name) });
    let other = prop::sample::select(vec!["ada", "bo", "cy"]);
    prop_oneof![
        (any_actor(), prop::sample::select(vec!["Ada", "Bo"]), any::<bool>(), any::<bool>(), approval).prop_map(
            |(by, name, community, first_visit, approval)| {
                let registration = register_by(by, name).change_facts(|facts| facts.approval = approval);
                let registration = registration.with(|command| command.community = Some(community));
                registration.with(|command| command.first_visit = first_visit).into()
            }
        ),
        (any_actor(), prop::sample::select(vec!["Ada", "Bo"]), any::<bool>(), -2..2_i64).prop_map(
            |(actor, name, by_token, seconds)| {
                let command = ChangeMember {
                    site: acme(),
                    member: member("ada"),
                    display_name: Some(profile(name).display_name),
                    avatar_url: None,
                    community: None,
                    profile_as_of: jiff::Timestamp::from_second(seconds).unwrap(),
                    by_token,
                };
                issue(actor, command, ()).into()
            }
        ),
        (any_actor(), action, prop::option::weighted(0.3, any_role())).prop_map(|(actor, action, token_role)| {
            issue(actor, ModerateMember { site: acme(), member: member("ada"), action, token_role }, ()).into()
        }),
        (any_actor(), role_or_badge, any::<bool>()).prop_map(|(actor, role_or_badge, on)| {
            issue(actor, LabelMember { site: acme(), member: member("ada"), role_or_badge, assigned: on }, ()).into()
        }),
        (any_actor(), any::<bool>()).prop_map(|(actor, joined)| {
            issue(actor, ChangeCommunity { site: acme(), member: member("ada"), joined }, ()).into()
        }),
        (any_standing(), other, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(standing, other, blocked, in_reach, is_staff)| {
                let contact = block(other).by(Actor { standing, ..ada() });
                let contact = contact.with_facts(ContactFacts { in_reach, is_staff });
                contact.with(|command| command.blocked = blocked).into()
            }
        ),
    ]
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..30)) {
        check_laws::<Member>(commands);
    }

    #[test]
    fn staff_are_never_blocked_or_removed(commands in prop::collection::vec(any_command(), 0..30)) {
        let mut state = fold::<Member>([registered("Ada")]);
        for command in commands {
            for event in command.decide(&state).unwrap_or_default() {
                causerie_events::Aggregate::apply(&mut state, event);
            }
            let without_access = matches!(state.standing(), Standing::Blocked | Standing::Removed);
            prop_assert!(!(state.is_staff() && without_access));
        }
    }
}
