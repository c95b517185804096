//! Editing.

use rstest::rstest;

use super::*;

#[test]
fn edit_with_the_same_text_changes_nothing() {
    assert_eq!(decide(vec![sent("hello")], edit("ada", "changed")), Ok(vec![edited("changed")]));
    assert_eq!(decide(vec![sent("hello")], edit("ada", "hello")), Ok(vec![]));
    assert_eq!(decide(vec![sent("hello"), edited("changed")], edit("ada", "changed")), Ok(vec![]));
    let back = decide(vec![sent("hello"), edited("changed")], edit("ada", "hello"));
    assert_eq!(back, Ok(vec![edited("hello")]));
}

#[rstest]
#[case::an_admin(edit("bo", "changed").with_facts(at(Membership::Admin)), "message.author_only")]
#[case::an_owner_in_the_group(edit("owner", "changed"), "message.author_only")]
#[case::another_even_to_what_it_says(edit("bo", "hello"), "message.author_only")]
#[case::an_owner_outside(edit("owner", "changed").with_facts(outside()), "conversation.not_found")]
#[case::an_author_who_left(edit("ada", "changed").with_facts(outside()), "conversation.not_found")]
#[case::an_author_who_is_muted(edit("ada", "changed").by(standing(Standing::Muted)), "member.muted")]
#[case::an_author_who_is_blocked(edit("ada", "changed").by(standing(Standing::Blocked)), "member.blocked")]
#[case::in_a_closed_group(edit("ada", "changed").with_facts(closed()), "conversation.closed")]
#[case::with_member_chat_off(edit("ada", "changed").with_facts(ConversationContext { member_chat: MemberChat::Off, ..here() }), "member_chat.disabled")]
#[case::in_another_conversation(edit("ada", "changed").with(|command| command.conversation = elsewhere()), "message.not_found")]
#[case::from_before_one_joined(edit("bo", "changed").with_facts(reads_from(Membership::Participant, 4)), "message.not_found")]
fn edit_is_rejected(#[case] command: Issued<EditMessage>, #[case] expected: &str) {
    assert_eq!(code(decide(vec![sent("hello")], command)), Err(expected));
}

#[test]
fn missing_or_deleted_message_cannot_be_edited() {
    assert_eq!(decide(vec![], edit("ada", "changed")), Err(MessageError::NotFound));
    let gone = vec![sent("hello"), deleted("bo")];
    assert_eq!(decide(gone.clone(), edit("ada", "changed")), Err(MessageError::Deleted));
    assert_eq!(decide(gone.clone(), edit("ada", "hello")), Err(MessageError::Deleted));
    assert_eq!(decide(gone, edit("bo", "changed")), Err(MessageError::AuthorOnly));
}
