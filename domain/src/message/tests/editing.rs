//! Editing.

use rstest::rstest;

use super::*;

#[test]
fn the_author_edits_and_the_same_text_changes_nothing() {
    assert_eq!(decide(vec![sent("hello")], edit("ada", "changed")), Ok(vec![edited("changed")]));
    assert_eq!(decide(vec![sent("hello")], edit("ada", "hello")), Ok(vec![]));
    assert_eq!(decide(vec![sent("hello"), edited("changed")], edit("ada", "changed")), Ok(vec![]));
    let back = decide(vec![sent("hello"), edited("changed")], edit("ada", "hello"));
    assert_eq!(back, Ok(vec![edited("hello")]));
}

#[rstest]
#[case::an_admin(edit("bo", "changed").with_facts(at(Seat::Admin)), "message.author_only")]
#[case::an_owner_in_the_group(edit("owner", "changed"), "message.author_only")]
#[case::another_even_to_what_it_says(edit("bo", "hello"), "message.author_only")]
#[case::an_owner_outside(edit("owner", "changed").with_facts(outside()), "conversation.not_found")]
#[case::an_author_who_left(edit("ada", "changed").with_facts(outside()), "conversation.not_found")]
#[case::an_author_who_is_muted(edit("ada", "changed").by(standing(Standing::Muted)), "member.muted")]
#[case::an_author_who_is_blocked(edit("ada", "changed").by(standing(Standing::Blocked)), "member.blocked")]
#[case::in_a_closed_group(edit("ada", "changed").with_facts(closed()), "conversation.closed")]
#[case::with_member_chat_off(edit("ada", "changed").with_facts(Place { member_chat: MemberChat::Off, ..here() }), "member_chat.disabled")]
#[case::in_another_conversation(edit("ada", "changed").with(|command| command.conversation = elsewhere()), "message.not_found")]
#[case::from_before_one_joined(edit("bo", "changed").with_facts(reads_from(Seat::Participant, 4)), "message.not_found")]
fn an_edit_is_refused_to(#[case] command: Issued<EditMessage>, #[case] expected: &str) {
    assert_eq!(code(decide(vec![sent("hello")], command)), Err(expected));
}

#[test]
fn what_is_not_there_or_deleted_is_not_edited() {
    assert_eq!(decide(vec![], edit("ada", "changed")), Err(MessageError::NotFound));
    let gone = vec![sent("hello"), deleted("bo")];
    assert_eq!(decide(gone.clone(), edit("ada", "changed")), Err(MessageError::Deleted));
    assert_eq!(decide(gone.clone(), edit("ada", "hello")), Err(MessageError::Deleted));
    assert_eq!(decide(gone, edit("bo", "changed")), Err(MessageError::AuthorOnly));
}
