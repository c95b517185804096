//! The site and its members, and who is staff.

use causerie_events::{Label, MemberEvent};
use rstest::rstest;

use super::*;
use crate::member::Member;
use crate::testing::{fold, member, registered};

/// Who may do it, of: the operator, the owner, staff, a member about another, a member about themself.
#[rstest]
#[case(SiteAct::RegisterSite, [true, false, false, false, false])]
#[case(SiteAct::SwitchMemberChat, [false, true, false, false, false])]
#[case(SiteAct::ChangeSettings, [false, true, false, false, false])]
#[case(SiteAct::ChangeSite, [true, true, false, false, false])]
#[case(SiteAct::CloseSite, [true, false, false, false, false])]
#[case(SiteAct::ReplayLog, [false, true, false, false, false])]
#[case(SiteAct::ListGroups, [false, true, false, false, false])]
#[case(SiteAct::RegisterMember, [true, true, false, false, false])]
#[case(SiteAct::VisitFirst, [false, false, false, false, true])]
#[case(SiteAct::RegisterRemoved, [false, true, false, false, false])]
#[case(SiteAct::ChangeCommunity, [true, true, false, false, true])]
#[case(SiteAct::Moderate, [false, true, true, false, false])]
#[case(SiteAct::AssignStaff, [false, true, false, false, false])]
#[case(SiteAct::AssignLabel, [false, true, true, false, false])]
#[case(SiteAct::BlockContact, [false, false, false, false, true])]
fn of_the_site_and_its_members(#[case] act: SiteAct, #[case] expected: [bool; 5]) {
    let about = |role, name| allowed(act, &actor("ada", role), &member(name));
    let allowed = [
        about(Role::Operator, "bo"),
        about(Role::Owner, "bo"),
        about(Role::Staff, "bo"),
        about(Role::Member, "bo"),
        about(Role::Member, "ada"),
    ];
    assert_eq!(allowed, expected, "{act:?}");
}

#[test]
fn barred_staff_moderate_nobody() {
    for standing in STANDINGS {
        let staff = Actor { standing, ..actor("ada", Role::Staff) };
        let barred = matches!(standing, Standing::Blocked | Standing::Removed);
        assert_eq!(allowed(SiteAct::Moderate, &staff, &member("bo")), !barred, "{standing:?}");
    }
}

#[test]
fn who_has_the_role_in_the_log_is_staff_and_a_token_that_says_more_counts() {
    let role = |role: &str| {
        let role: Label = role.parse().unwrap();
        MemberEvent::RoleAssigned(causerie_events::member::Role { role })
    };
    let registered = registered("Ada");
    let plain = fold::<Member>([registered.clone(), role("gardener")]);
    let staff = fold::<Member>([registered, role("staff")]);
    let as_known = |token, known| Actor::new(member("ada"), token, known).role;
    assert_eq!(as_known(Role::Member, &plain), Role::Member);
    assert_eq!(as_known(Role::Member, &staff), Role::Staff);
    assert_eq!(as_known(Role::Staff, &plain), Role::Staff);
    assert_eq!(as_known(Role::Owner, &staff), Role::Owner);
    assert_eq!(as_known(Role::Operator, &staff), Role::Operator);
    assert_eq!(Actor::new(member("ada"), Role::Member, &Member::Missing).standing, Standing::Unregistered);
}
