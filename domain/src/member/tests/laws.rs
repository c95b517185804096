//! The four laws, and the invariant that staff are never blocked or removed.

use proptest::prelude::*;

use super::*;
use crate::testing::{Step, any_role, any_standing, check_laws};

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
