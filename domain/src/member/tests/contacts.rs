//! Blocks between members.

use rstest::rstest;

use super::*;
use crate::error::{Refusal, RefusalKind};

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
#[case::the_actor(block("ada"), "member.oneself", RefusalKind::Conflict)]
#[case::staff(block("sue").change_facts(|facts| facts.is_staff = true), "member.is_staff", RefusalKind::Conflict)]
#[case::on_behalf_of_a_member(block("bo").by(operator()), "member.oneself_only", RefusalKind::Forbidden)]
#[case::by_a_blocked_member(block("bo").by(Actor { standing: Standing::Blocked, ..ada() }), "member.blocked", RefusalKind::Forbidden)]
#[case::by_a_member_outside_the_community(block("bo").by(Actor { standing: Standing::Outside, ..ada() }), "member.not_in_community", RefusalKind::Forbidden)]
#[case::by_a_pending_member(block("bo").by(Actor { standing: Standing::Pending, ..ada() }), "member.pending", RefusalKind::Forbidden)]
fn block_is_rejected(#[case] command: Issued<BlockContact>, #[case] code: &str, #[case] kind: RefusalKind) {
    let refused = decide(vec![registered("Ada")], command).unwrap_err();
    assert_eq!((refused.code(), refused.kind()), (code, kind));
}

#[test]
fn unblocking_works_for_members_out_of_reach() {
    for (other_in_reach, expected) in [(true, Ok(vec![contact_blocked("bo")])), (false, Err(MemberError::NotFound))] {
        let command = block("bo").change_facts(|facts| facts.in_reach = other_in_reach);
        assert_eq!(decide(vec![registered("Ada")], command), expected);

        for other_is_staff in [false, true] {
            let command = unblock("bo").change_facts(|facts| {
                facts.in_reach = other_in_reach;
                facts.is_staff = other_is_staff;
            });
            let blocked = vec![registered("Ada"), contact_blocked("bo")];
            assert_eq!(decide(blocked, command), Ok(vec![contact_unblocked("bo")]));
        }
    }
}

#[test]
fn blocked_member_has_no_block_to_lift() {
    // The block is in the stream of ada, so in bo's stream there is nothing to change.
    let command = unblock("ada").by(actor("bo", Role::Member));
    assert_eq!(decide(vec![registered("Bo")], command), Ok(vec![]));
}

#[test]
fn member_blocks_at_most_a_thousand_contacts() {
    let with = |count: usize| {
        let blocked = (0..count).map(|number| contact_blocked(&format!("m{number}")));
        std::iter::once(registered("Ada")).chain(blocked).collect::<Vec<_>>()
    };
    assert_eq!(decide(with(999), block("bo")), Ok(vec![contact_blocked("bo")]));
    assert_eq!(decide(with(1000), block("m7")), Ok(vec![]));
    assert_eq!(decide(with(1000), block("bo")), Err(MemberError::TooManyBlocked));
}

#[rstest]
#[case::no_block(vec![], vec![], false)]
#[case::ada_blocked(vec![contact_blocked("bo")], vec![], true)]
#[case::bo_blocked(vec![], vec![contact_blocked("ada")], true)]
#[case::both_blocked(vec![contact_blocked("bo")], vec![contact_blocked("ada")], true)]
#[case::another_member_is_blocked(vec![contact_blocked("cy")], vec![contact_blocked("cy")], false)]
#[case::the_block_was_lifted(vec![contact_blocked("bo"), contact_unblocked("bo")], vec![], false)]
#[case::one_of_two_blocks_was_lifted(vec![contact_blocked("bo"), contact_unblocked("bo")], vec![contact_blocked("ada")], true)]
#[case::the_blocked_became_staff(vec![contact_blocked("bo")], vec![role_assigned("staff")], false)]
#[case::the_blocked_has_another_role(vec![contact_blocked("bo")], vec![role_assigned("gardener")], true)]
#[case::staff_blocked(vec![contact_blocked("bo"), role_assigned("staff")], vec![], true)]
fn block_between_two_members_is_symmetric(
    #[case] ada: Vec<MemberEvent>,
    #[case] bo: Vec<MemberEvent>,
    #[case] blocked: bool,
) {
    let one = fold::<Member>([vec![registered("Ada")], ada].concat());
    let other = fold::<Member>([vec![registered("Bo")], bo].concat());
    assert_eq!(one.has_block_with(&member("ada"), &other, &member("bo")), blocked);
    assert_eq!(other.has_block_with(&member("bo"), &one, &member("ada")), blocked);
}

#[test]
fn block_applies_to_a_missing_member() {
    let ada = fold::<Member>([registered("Ada"), contact_blocked("bo")]);
    assert!(ada.has_block_with(&member("ada"), &Member::Missing, &member("bo")));
    assert!(Member::Missing.has_block_with(&member("bo"), &ada, &member("ada")));
    assert!(!Member::Missing.has_block_with(&member("bo"), &Member::Missing, &member("ada")));
}
