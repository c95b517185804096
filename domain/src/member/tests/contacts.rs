//! Blocks between members.

use rstest::rstest;

use super::*;
use crate::error::{Kind, Refusal};

fn unblock(other: &str) -> Issued<BlockContact> {
    block(other).with(|command| command.blocked = false)
}

fn contact_unblocked(name: &str) -> MemberEvent {
    MemberEvent::ContactUnblocked(Contact { member_id: member(name) })
}

#[test]
fn a_member_blocks_another_and_lifts_the_block() {
    let blocked = vec![registered("Ada"), contact_blocked("bo")];
    assert_eq!(decide(vec![registered("Ada")], block("bo")), Ok(vec![contact_blocked("bo")]));
    assert_eq!(decide(blocked.clone(), block("bo")), Ok(vec![]));
    assert_eq!(decide(blocked.clone(), unblock("bo")), Ok(vec![contact_unblocked("bo")]));
    assert_eq!(decide([blocked, vec![contact_unblocked("bo")]].concat(), unblock("bo")), Ok(vec![]));
}

#[rstest]
#[case::oneself(block("ada"), "member.oneself", Kind::Conflict)]
#[case::staff(block("sue").knowing(|facts| facts.is_staff = true), "member.is_staff", Kind::Conflict)]
#[case::on_behalf_of_a_member(block("bo").by(operator()), "member.oneself_only", Kind::Forbidden)]
#[case::by_who_is_blocked(block("bo").by(Actor { standing: Standing::Blocked, ..ada() }), "member.blocked", Kind::Forbidden)]
#[case::by_who_is_outside(block("bo").by(Actor { standing: Standing::Outside, ..ada() }), "member.not_in_community", Kind::Forbidden)]
#[case::by_who_waits(block("bo").by(Actor { standing: Standing::Pending, ..ada() }), "member.pending", Kind::Forbidden)]
fn a_block_is_refused(#[case] command: Issued<BlockContact>, #[case] code: &str, #[case] kind: Kind) {
    let refused = decide(vec![registered("Ada")], command).unwrap_err();
    assert_eq!((refused.code(), refused.kind()), (code, kind));
}

#[test]
fn whom_members_cannot_see_they_cannot_block_but_a_block_is_lifted_however_the_other_stands() {
    for (other_in_reach, expected) in [(true, Ok(vec![contact_blocked("bo")])), (false, Err(MemberError::NotFound))] {
        let command = block("bo").knowing(|facts| facts.in_reach = other_in_reach);
        assert_eq!(decide(vec![registered("Ada")], command), expected);

        for other_is_staff in [false, true] {
            let command = unblock("bo").knowing(|facts| {
                facts.in_reach = other_in_reach;
                facts.is_staff = other_is_staff;
            });
            let blocked = vec![registered("Ada"), contact_blocked("bo")];
            assert_eq!(decide(blocked, command), Ok(vec![contact_unblocked("bo")]));
        }
    }
}

#[test]
fn who_is_blocked_finds_nothing_to_lift() {
    // Bo's stream: the block stands in Ada's alone, so Bo's unblocking is an answer as any other.
    let command = unblock("ada").by(actor("bo", Role::Member));
    assert_eq!(decide(vec![registered("Bo")], command), Ok(vec![]));
}

#[test]
fn a_member_blocks_a_thousand_and_not_one_more() {
    let with = |count: usize| {
        let blocked = (0..count).map(|number| contact_blocked(&format!("m{number}")));
        std::iter::once(registered("Ada")).chain(blocked).collect::<Vec<_>>()
    };
    assert_eq!(decide(with(999), block("bo")), Ok(vec![contact_blocked("bo")]));
    assert_eq!(decide(with(1000), block("m7")), Ok(vec![]));
    assert_eq!(decide(with(1000), block("bo")), Err(MemberError::TooManyBlocked));
}

/// Ada blocked bo, or not, and so on: whether the two are apart, seen from both.
#[rstest]
#[case::nobody_blocked(vec![], vec![], false)]
#[case::ada_blocked(vec![contact_blocked("bo")], vec![], true)]
#[case::bo_blocked(vec![], vec![contact_blocked("ada")], true)]
#[case::both_blocked(vec![contact_blocked("bo")], vec![contact_blocked("ada")], true)]
#[case::somebody_else_is_blocked(vec![contact_blocked("cy")], vec![contact_blocked("cy")], false)]
#[case::the_block_was_lifted(vec![contact_blocked("bo"), contact_unblocked("bo")], vec![], false)]
#[case::one_of_two_blocks_was_lifted(vec![contact_blocked("bo"), contact_unblocked("bo")], vec![contact_blocked("ada")], true)]
#[case::the_blocked_became_staff(vec![contact_blocked("bo")], vec![role_assigned("staff")], false)]
#[case::the_blocked_has_another_role(vec![contact_blocked("bo")], vec![role_assigned("gardener")], true)]
#[case::staff_blocked(vec![contact_blocked("bo"), role_assigned("staff")], vec![], true)]
fn two_members_are_apart(#[case] ada: Vec<MemberEvent>, #[case] bo: Vec<MemberEvent>, #[case] apart: bool) {
    let one = fold::<Member>([vec![registered("Ada")], ada].concat());
    let other = fold::<Member>([vec![registered("Bo")], bo].concat());
    assert_eq!(one.is_apart_from(&member("ada"), &other, &member("bo")), apart);
    assert_eq!(other.is_apart_from(&member("bo"), &one, &member("ada")), apart);
}

#[test]
fn a_block_holds_against_who_is_not_there_any_more() {
    let ada = fold::<Member>([registered("Ada"), contact_blocked("bo")]);
    assert!(ada.is_apart_from(&member("ada"), &Member::Missing, &member("bo")));
    assert!(Member::Missing.is_apart_from(&member("bo"), &ada, &member("ada")));
    assert!(!Member::Missing.is_apart_from(&member("bo"), &Member::Missing, &member("ada")));
}
