//! Direct conversations.

use rstest::rstest;

use super::*;

#[test]
fn a_pair_has_one_conversation_whoever_starts_it() {
    assert_eq!(starting_direct(vec![], start_direct("ada", "bo")), Ok(vec![direct()]));
    assert_eq!(starting_direct(vec![direct()], start_direct("ada", "bo")), Ok(vec![]));
    assert_eq!(starting_direct(vec![direct()], start_direct("bo", "ada")), Ok(vec![]));
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
    let command = StartDirectConversation { peer: out_of_reach("ada"), ..start_direct("ada", "ada") };
    assert_eq!(starting_direct(vec![], command), Err(ConversationError::DirectWithOneself));
}

#[test]
fn who_is_out_of_reach_does_not_exist_whatever_the_reason() {
    let command = StartDirectConversation { peer: out_of_reach("bo"), ..start_direct("ada", "bo") };
    assert_eq!(code(starting_direct(vec![], command)), Err("member.not_found"));
}

#[test]
fn starting_again_what_was_started_gives_no_event_also_after_a_block_and_with_member_chat_off() {
    for name in ["ada", "bo"] {
        let peer = if name == "ada" { "bo" } else { "ada" };
        let command = StartDirectConversation {
            actor: standing(name, Standing::Muted),
            peer: out_of_reach(peer),
            member_chat: MemberChat::Off,
        };
        assert_eq!(starting_direct(vec![direct()], command), Ok(vec![]));
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
    let command = StartDirectConversation { actor: standing("ada", of), member_chat, ..start_direct("ada", "bo") };
    assert_eq!(code(starting_direct(vec![], command)), Err(expected));
}

#[test]
fn a_blocked_member_does_not_open_what_was_started_either() {
    let command = StartDirectConversation { actor: standing("ada", Standing::Blocked), ..start_direct("ada", "bo") };
    assert_eq!(code(starting_direct(vec![direct()], command)), Err("member.blocked"));
}
