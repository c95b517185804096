//! Standing.

use rstest::rstest;

use super::*;

#[rstest]
#[case::who_is_not_registered(vec![], Standing::Unregistered)]
#[case::a_member(vec![registered("Ada")], Standing::InRoster)]
#[case::who_waits(vec![waiting()], Standing::Pending)]
#[case::who_was_approved(vec![waiting(), MemberEvent::MemberApproved], Standing::InRoster)]
#[case::who_left_the_community(vec![registered("Ada"), MemberEvent::CommunityLeft], Standing::Outside)]
#[case::who_joined_again(vec![registered("Ada"), MemberEvent::CommunityLeft, MemberEvent::CommunityJoined], Standing::InRoster)]
#[case::who_is_muted(vec![registered("Ada"), MemberEvent::MemberMuted], Standing::Muted)]
#[case::who_is_muted_no_more(vec![registered("Ada"), MemberEvent::MemberMuted, MemberEvent::MemberUnmuted], Standing::InRoster)]
#[case::muted_and_outside(vec![registered("Ada"), MemberEvent::MemberMuted, MemberEvent::CommunityLeft], Standing::Outside)]
#[case::who_is_blocked(vec![registered("Ada"), MemberEvent::MemberMuted, MemberEvent::MemberBlocked], Standing::Blocked)]
#[case::blocked_while_waiting(vec![waiting(), MemberEvent::MemberBlocked], Standing::Blocked)]
#[case::approved_while_blocked(vec![waiting(), MemberEvent::MemberBlocked, MemberEvent::MemberApproved], Standing::Blocked)]
#[case::unblocked_while_waiting(vec![waiting(), MemberEvent::MemberBlocked, MemberEvent::MemberUnblocked], Standing::Pending)]
#[case::who_was_removed(vec![registered("Ada"), MemberEvent::MemberBlocked, MemberEvent::MemberRemoved], Standing::Removed)]
fn so_stands(#[case] history: Vec<MemberEvent>, #[case] expected: Standing) {
    assert_eq!(standing(history), expected);
}

/// Whether the member may read, is visible to other members, and may write to other members.
#[rstest]
#[case(Standing::Unregistered, [Err("member.not_registered"); 3])]
#[case(Standing::Removed, [Err("member.removed"); 3])]
#[case(Standing::Pending, [Err("member.pending"); 3])]
#[case(Standing::Blocked, [Err("member.blocked"); 3])]
#[case(Standing::Outside, [Ok(()), Err("member.not_in_community"), Err("member.not_in_community")])]
#[case(Standing::Muted, [Ok(()), Ok(()), Err("member.muted")])]
#[case(Standing::InRoster, [Ok(()); 3])]
fn a_standing_gives(#[case] standing: Standing, #[case] expected: [Result<(), &str>; 3]) {
    let [active, in_roster, voice] =
        [standing.require_active(), standing.require_in_roster(), standing.require_voice()];
    assert_eq!([code(active), code(in_roster), code(voice)], expected);
    assert_eq!(standing.in_roster(), in_roster.is_ok());
}
