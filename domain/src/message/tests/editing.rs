//! Editing.

use rstest::rstest;

use super::*;

fn editing(history: Vec<MessageEvent>, command: EditMessage) -> Decided {
    decide::<Message>(history, MessageCommand::EditMessage(command))
}

#[test]
fn the_author_edits_and_the_same_text_changes_nothing() {
    assert_eq!(editing(vec![sent("hello")], edit("ada", "changed")), Ok(vec![edited("changed")]));
    assert_eq!(editing(vec![sent("hello")], edit("ada", "hello")), Ok(vec![]));
    assert_eq!(editing(vec![sent("hello"), edited("changed")], edit("ada", "changed")), Ok(vec![]));
    let back = editing(vec![sent("hello"), edited("changed")], edit("ada", "hello"));
    assert_eq!(back, Ok(vec![edited("hello")]));
}

#[rstest]
#[case::an_admin(EditMessage { place: at(Seat::Admin), ..edit("bo", "changed") }, "message.author_only")]
#[case::an_owner_in_the_group(edit("owner", "changed"), "message.author_only")]
#[case::another_even_to_what_it_says(edit("bo", "hello"), "message.author_only")]
#[case::an_owner_outside(EditMessage { place: outside(), ..edit("owner", "changed") }, "conversation.not_found")]
#[case::an_author_who_left(EditMessage { place: outside(), ..edit("ada", "changed") }, "conversation.not_found")]
#[case::an_author_who_is_muted(EditMessage { actor: standing(Standing::Muted), ..edit("ada", "changed") }, "member.muted")]
#[case::an_author_who_is_blocked(EditMessage { actor: standing(Standing::Blocked), ..edit("ada", "changed") }, "member.blocked")]
#[case::in_a_closed_group(EditMessage { place: closed(), ..edit("ada", "changed") }, "conversation.closed")]
#[case::with_member_chat_off(EditMessage { place: Place { member_chat: MemberChat::Off, ..here() }, ..edit("ada", "changed") }, "member_chat.disabled")]
#[case::in_another_conversation(EditMessage { conversation: elsewhere(), ..edit("ada", "changed") }, "message.not_found")]
#[case::from_before_one_joined(EditMessage { place: reads_from(Seat::Participant, 4), ..edit("bo", "changed") }, "message.not_found")]
fn an_edit_is_refused_to(#[case] command: EditMessage, #[case] expected: &str) {
    assert_eq!(code(editing(vec![sent("hello")], command)), Err(expected));
}

#[test]
fn what_is_not_there_or_deleted_is_not_edited() {
    assert_eq!(editing(vec![], edit("ada", "changed")), Err(MessageError::NotFound));
    let gone = vec![sent("hello"), deleted("bo")];
    assert_eq!(editing(gone.clone(), edit("ada", "changed")), Err(MessageError::Deleted));
    assert_eq!(editing(gone.clone(), edit("ada", "hello")), Err(MessageError::Deleted));
    assert_eq!(editing(gone, edit("bo", "changed")), Err(MessageError::AuthorOnly));
}
