//! Direct conversations.

use rstest::rstest;

use super::*;

#[test]
fn pair_has_one_conversation_from_either_side() {
    assert_eq!(decide(vec![], start_direct("ada", "bo")), Ok(vec![direct()]));
    assert_eq!(decide(vec![direct()], start_direct("ada", "bo")), Ok(vec![]));
    assert_eq!(decide(vec![direct()], start_direct("bo", "ada")), Ok(vec![]));
    for name in ["ada", "bo"] {
        assert_eq!(access(vec![direct()], name).membership, Membership::Participant);
        assert!(reads(vec![direct()], name, 0));
    }
    let conversation = fold::<Conversation>([direct()]);
    assert_eq!(conversation.peer_of(&member("ada")), Some(&member("bo")));
    assert_eq!(conversation.peer_of(&member("bo")), Some(&member("ada")));
    assert_eq!(conversation.peer_of(&member("cy")), None);
}

#[test]
fn direct_conversation_excludes_staff_and_owner() {
    for name in ["cy", "sue", "owner"] {
        assert_eq!(membership(vec![direct()], name), Membership::None);
    }
}

#[test]
fn direct_conversation_with_self_is_rejected() {
    let command = start_direct("ada", "ada").change_facts(|facts| facts.in_reach = false);
    assert_eq!(decide(vec![], command), Err(ConversationError::DirectWithSelf));
}

#[test]
fn member_out_of_reach_is_not_found() {
    let command = start_direct("ada", "bo").change_facts(|facts| facts.in_reach = false);
    assert_eq!(code(decide(vec![], command)), Err("member.not_found"));
}

#[test]
fn restarting_direct_conversation_changes_nothing() {
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
fn direct_conversation_is_rejected(#[case] member_chat: MemberChat, #[case] of: Standing, #[case] expected: &str) {
    let command =
        start_direct("ada", "bo").by(standing("ada", of)).change_facts(|facts| facts.member_chat = member_chat);
    assert_eq!(code(decide(vec![], command)), Err(expected));
}

#[test]
fn blocked_member_cannot_restart_a_conversation() {
    let command = start_direct("ada", "bo").by(standing("ada", Standing::Blocked));
    assert_eq!(code(decide(vec![direct()], command)), Err("member.blocked"));
}
