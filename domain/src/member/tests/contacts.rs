//! Blocks between members.

use rstest::rstest;

use super::*;
use crate::error::{Kind, Refusal};

fn unblock(other: &str) -> BlockContact {
    BlockContact { blocked: false, ..block(other) }
}

fn contact_unblocked(name: &str) -> MemberEvent {
    MemberEvent::ContactUnblocked(Contact { member_id: member(name) })
}

#[test]
fn a_member_blocks_another_and_lifts_the_block() {
    let blocked = vec![registered("Ada"), contact_blocked("bo")];
    assert_eq!(blocking(vec![registered("Ada")], block("bo")), Ok(vec![contact_blocked("bo")]));
    assert_eq!(blocking(blocked.clone(), block("bo")), Ok(vec![]));
    assert_eq!(blocking(blocked.clone(), unblock("bo")), Ok(vec![contact_unblocked("bo")]));
    assert_eq!(blocking([blocked, vec![contact_unblocked("bo")]].concat(), unblock("bo")), Ok(vec![]));
}

#[rstest]
#[case::oneself(block("ada"), "member.oneself", Kind::Conflict)]
#[case::staff(BlockContact { other_is_staff: true, ..block("sue") }, "member.is_staff", Kind::Conflict)]
#[case::on_behalf_of_a_member(BlockContact { actor: operator(), ..block("bo") }, "member.oneself_only", Kind::Forbidden)]
#[case::by_who_is_blocked(BlockContact { actor: Actor { standing: Standing::Blocked, ..oneself() }, ..block("bo") }, "member.blocked", Kind::Forbidden)]
#[case::by_who_is_outside(BlockContact { actor: Actor { standing: Standing::Outside, ..oneself() }, ..block("bo") }, "member.not_in_community", Kind::Forbidden)]
#[case::by_who_waits(BlockContact { actor: Actor { standing: Standing::Pending, ..oneself() }, ..block("bo") }, "member.pending", Kind::Forbidden)]
fn a_block_is_refused(#[case] command: BlockContact, #[case] code: &str, #[case] kind: Kind) {
    let refused = blocking(vec![registered("Ada")], command).unwrap_err();
    assert_eq!((refused.code(), refused.kind()), (code, kind));
}

#[test]
fn whom_members_cannot_see_they_cannot_block_but_a_block_is_lifted_however_the_other_stands() {
    for (other_in_reach, expected) in [(true, Ok(vec![contact_blocked("bo")])), (false, Err(MemberError::NotFound))] {
        let command = BlockContact { other_in_reach, ..block("bo") };
        assert_eq!(blocking(vec![registered("Ada")], command), expected);

        for other_is_staff in [false, true] {
            let command = BlockContact { other_in_reach, other_is_staff, ..unblock("bo") };
            let blocked = vec![registered("Ada"), contact_blocked("bo")];
            assert_eq!(blocking(blocked, command), Ok(vec![contact_unblocked("bo")]));
        }
    }
}

#[test]
fn who_is_blocked_finds_nothing_to_lift() {
    // Bo's stream: the block stands in Ada's alone, so Bo's unblocking is an answer as any other.
    let command = BlockContact { actor: actor("bo", Role::Member), ..unblock("ada") };
    assert_eq!(blocking(vec![registered("Bo")], command), Ok(vec![]));
}

#[test]
fn a_member_blocks_a_thousand_and_not_one_more() {
    let with = |count: usize| {
        let blocked = (0..count).map(|number| contact_blocked(&format!("m{number}")));
        std::iter::once(registered("Ada")).chain(blocked).collect::<Vec<_>>()
    };
    assert_eq!(blocking(with(999), block("bo")), Ok(vec![contact_blocked("bo")]));
    assert_eq!(blocking(with(1000), block("m7")), Ok(vec![]));
    assert_eq!(blocking(with(1000), block("bo")), Err(MemberError::TooManyBlocked));
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
