//! Roles and badges.

use rstest::rstest;

use super::*;

fn badge_unassigned(name: &str) -> MemberEvent {
    MemberEvent::BadgeUnassigned(Badge { badge: label(name) })
}

#[test]
fn owner_and_staff_assign_and_unassign_roles_and_badges() {
    let cases = [
        (role("gardener"), role_assigned("gardener"), role_unassigned("gardener")),
        (badge("founder"), badge_assigned("founder"), badge_unassigned("founder")),
    ];
    for (role_or_badge, given, taken) in cases {
        for by in [owner(), staff()] {
            let without = vec![registered("Ada")];
            let with = vec![registered("Ada"), given.clone()];
            assert_eq!(labelling(without.clone(), by.clone(), role_or_badge.clone(), true), Ok(vec![given.clone()]));
            assert_eq!(labelling(with.clone(), by.clone(), role_or_badge.clone(), true), Ok(vec![]));
            assert_eq!(labelling(with, by.clone(), role_or_badge.clone(), false), Ok(vec![taken.clone()]));
            assert_eq!(labelling(without, by.clone(), role_or_badge.clone(), false), Ok(vec![]));
            assert_eq!(labelling(vec![], by, role_or_badge.clone(), true), Err(MemberError::NotFound));
        }
        for by in [ada(), actor("bo", Role::Member), operator()] {
            assert_eq!(
                labelling(vec![registered("Ada")], by, role_or_badge.clone(), true),
                Err(MemberError::StaffOnly)
            );
        }
    }
}

#[test]
fn only_the_owner_assigns_staff() {
    let is_staff = vec![registered("Ada"), role_assigned("staff")];
    assert_eq!(labelling(vec![registered("Ada")], owner(), role("staff"), true), Ok(vec![role_assigned("staff")]));
    assert_eq!(labelling(is_staff.clone(), owner(), role("staff"), false), Ok(vec![role_unassigned("staff")]));
    assert_eq!(labelling(vec![registered("Ada")], staff(), role("staff"), true), Err(MemberError::RoleOwnerOnly));
    assert_eq!(labelling(is_staff, staff(), role("staff"), false), Err(MemberError::RoleOwnerOnly));
    let badge_of_that_name = labelling(vec![registered("Ada")], staff(), badge("staff"), true);
    assert_eq!(badge_of_that_name, Ok(vec![badge_assigned("staff")]));
}

#[test]
fn blocked_member_cannot_become_staff() {
    let blocked = vec![registered("Ada"), MemberEvent::MemberBlocked];
    assert_eq!(labelling(blocked.clone(), owner(), role("staff"), true), Err(MemberError::RoleMemberBlocked));
    assert_eq!(labelling(blocked, owner(), role("gardener"), true), Ok(vec![role_assigned("gardener")]));
}

#[test]
fn token_roles_cannot_be_assigned() {
    for name in ["member", "owner", "operator"] {
        for on in [true, false] {
            let refused = labelling(vec![registered("Ada")], owner(), role(name), on);
            assert_eq!(refused, Err(MemberError::ReservedRole), "{name}");
        }
        assert_eq!(labelling(vec![registered("Ada")], owner(), badge(name), true), Ok(vec![badge_assigned(name)]));
    }
}

#[rstest]
#[case(role_assigned, role)]
#[case(badge_assigned, badge)]
fn member_has_at_most_twenty_roles_and_twenty_badges(
    #[case] given: fn(&str) -> MemberEvent,
    #[case] role_or_badge: fn(&str) -> RoleOrBadge,
) {
    let with = |count: usize| {
        let labels = (0..count).map(|number| given(&format!("l{number}")));
        std::iter::once(registered("Ada")).chain(labels).collect::<Vec<_>>()
    };
    assert_eq!(labelling(with(19), owner(), role_or_badge("last"), true), Ok(vec![given("last")]));
    assert_eq!(labelling(with(20), owner(), role_or_badge("l7"), true), Ok(vec![]));
    assert_eq!(labelling(with(20), owner(), role_or_badge("last"), true), Err(MemberError::TooManyLabels));
    let of_the_other_kind = if role_or_badge("x") == role("x") { badge("x") } else { role("x") };
    assert!(labelling(with(20), owner(), of_the_other_kind, true).is_ok());
}
