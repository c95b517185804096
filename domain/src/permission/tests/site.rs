//! Permissions on a site and its members, and the role of an actor.

use causerie_events::{Label, MemberEvent};
use rstest::rstest;

use super::*;
use crate::member::Member;
use crate::testing::{fold, member, registered};

/// Whether these actors may: the operator, the owner, staff, another member, the member that the action is about.
#[rstest]
#[case(SiteAction::RegisterSite, [true, false, false, false, false])]
#[case(SiteAction::SwitchMemberChat, [false, true, false, false, false])]
#[case(SiteAction::ChangeSettings, [false, true, false, false, false])]
#[case(SiteAction::ChangeSite, [true, true, false, false, false])]
#[case(SiteAction::CloseSite, [true, false, false, false, false])]
#[case(SiteAction::ReplayLog, [false, true, false, false, false])]
#[case(SiteAction::ListGroups, [false, true, false, false, false])]
#[case(SiteAction::RegisterMember, [true, true, false, false, false])]
#[case(SiteAction::RegisterSelf, [false, false, false, false, true])]
#[case(SiteAction::ReregisterRemoved, [false, true, false, false, false])]
#[case(SiteAction::ChangeCommunity, [true, true, false, false, true])]
#[case(SiteAction::Moderate, [false, true, true, false, false])]
#[case(SiteAction::AssignStaff, [false, true, false, false, false])]
#[case(SiteAction::AssignLabel, [false, true, true, false, false])]
#[case(SiteAction::BlockContact, [false, false, false, false, true])]
fn site_action_is_allowed_to_the_right_actors(#[case] action: SiteAction, #[case] expected: [bool; 5]) {
    let about = |role, name| allowed(action, &actor("ada", role), &member(name));
    let allowed = [
        about(Role::Operator, "bo"),
        about(Role::Owner, "bo"),
        about(Role::Staff, "bo"),
        about(Role::Member, "bo"),
        about(Role::Member, "ada"),
    ];
    assert_eq!(allowed, expected, "{action:?}");
}

#[test]
fn blocked_or_removed_staff_cannot_moderate() {
    for standing in STANDINGS {
        let staff = Actor { standing, ..actor("ada", Role::Staff) };
        let without_access = matches!(standing, Standing::Blocked | Standing::Removed);
        assert_eq!(allowed(SiteAction::Moderate, &staff, &member("bo")), !without_access, "{standing:?}");
    }
}

#[test]
fn higher_of_log_and_token_role_applies() {
    let role = |role: &str| {
        let role: Label = role.parse().unwrap();
        MemberEvent::RoleAssigned(causerie_events::member::Role { role })
    };
    let registered = registered("Ada");
    let plain = fold::<Member>([registered.clone(), role("gardener")]);
    let staff = fold::<Member>([registered, role("staff")]);
    let as_known = |token, known: &Member| known.actor(member("ada"), token).role;
    assert_eq!(as_known(Role::Member, &plain), Role::Member);
    assert_eq!(as_known(Role::Member, &staff), Role::Staff);
    assert_eq!(as_known(Role::Staff, &plain), Role::Staff);
    assert_eq!(as_known(Role::Owner, &staff), Role::Owner);
    assert_eq!(as_known(Role::Operator, &staff), Role::Operator);
    assert_eq!(Member::Missing.actor(member("ada"), Role::Member).standing, Standing::Unregistered);
}
