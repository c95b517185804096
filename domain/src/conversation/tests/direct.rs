//! Direct conversations.

use rstest::rstest;

use super::*;

#[test]
fn a_pair_has_one_conversation_whoever_starts_it() {
    assert_eq!(decide(vec![], start_direct("ada", "bo")), Ok(vec![direct()]));
    assert_eq!(decide(vec![direct()], start_direct("ada", "bo")), Ok(vec![]));
    assert_eq!(decide(vec![direct()], start_direct("bo", "ada")), Ok(vec![]));
    for name in ["ada", "bo"] {
        assert_eq!(access(vec![direct()], name).seat, Seat::Participant);
        assert!(reads(vec![direct()], name, 0));
    }
    let conversation = fold::<Conversation>([direct()]);
    assert_eq!(conversation.peer_of(&member("ada")), Some(&member("bo")));
    assert_eq!(conversation.peer_of(&member("bo")), Some(&member("ada")));
    assert_eq!(conversation.peer_of(&member("cy")), None);
}

#[test]
fn a_direct_conversation_is_of_two_and_not_of_staff_or_the_owner() {
    for name in ["cy", "sue", "owner"] {
        assert_eq!(seat(vec![direct()], name), Seat::Outside);
    }
}

#[test]
fn nobody_talks_to_themself() {
    let command = start_direct("ada", "ada").knowing(|facts| facts.in_reach = false);
    assert_eq!(decide(vec![], command), Err(ConversationError::DirectWithOneself));
}

#[test]
fn who_is_out_of_reach_does_not_exist_whatever_the_reason() {
    let command = start_direct("ada", "bo").knowing(|facts| facts.in_reach = false);
    assert_eq!(code(decide(vec![], command)), Err("member.not_found"));
}

#[test]
fn starting_again_what_was_started_gives_no_event_also_after_a_block_and_with_member_chat_off() {
    for name in ["ada", "bo"] {
        let peer = if name == "ada" { "bo" } else { "ada" };
        let command = start_direct(name, peer)
            .by(standing(name, Standing::Muted))
            .with_facts(StartDirectFacts { in_reach: false, member_chat: MemberChat::Off });
        assert_eq!(decide(vec![direct()], command), Ok(vec![]));
    }
}

#[rstest]
#[case(MemberChat::Off, Standing::InRoster, "member_chat.disabled")]
#[case(MemberChat::NoSite, Standing::InRoster, "site.not_found")]
#[case(MemberChat::On, Standing::Muted, "member.muted")]
#[case(MemberChat::On, Standing::Outside, "member.not_in_community")]
#[case(MemberChat::On, Standing::Blocked, "member.blocked")]
#[case(MemberChat::On, Standing::Removed, "member.removed")]
#[case(MemberChat::On, Standing::Pending, "member.pending")]
#[case(MemberChat::On, Standing::Unregistered, "member.not_registered")]
fn a_direct_conversation_is_refused(#[case] member_chat: MemberChat, #[case] of: Standing, #[case] expected: &str) {
    let command = start_direct("ada", "bo").by(standing("ada", of)).knowing(|facts| facts.member_chat = member_chat);
    assert_eq!(code(decide(vec![], command)), Err(expected));
}

#[test]
fn a_blocked_member_does_not_open_what_was_started_either() {
    let command = start_direct("ada", "bo").by(standing("ada", Standing::Blocked));
    assert_eq!(code(decide(vec![direct()], command)), Err("member.blocked"));
}
