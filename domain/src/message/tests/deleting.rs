//! Deleting.

use rstest::rstest;

use super::*;

fn delete(name: &str, place: Place) -> Issued<DeleteMessage> {
    issue(by(name), DeleteMessage { site: acme(), conversation: conversation(), message: id() }, place)
}

#[rstest]
#[case::the_author("ada", here())]
#[case::an_admin("bo", at(Seat::Admin))]
#[case::the_owner_in_the_group("owner", here())]
#[case::the_owner_outside("owner", outside())]
#[case::the_author_in_a_closed_group("ada", closed())]
#[case::the_author_with_member_chat_off("ada", Place { member_chat: MemberChat::Off, ..here() })]
fn a_message_is_deleted_by(#[case] name: &str, #[case] place: Place) {
    assert_eq!(decide(vec![sent("hello")], delete(name, place)), Ok(vec![deleted(name)]));
    assert_eq!(decide(vec![sent("hello"), deleted("cy")], delete(name, place)), Ok(vec![]));
}

#[test]
fn the_owner_deletes_their_own_also_once_they_left_the_group() {
    let events = decide(vec![], send("hello").by(by("owner"))).unwrap();
    assert_eq!(decide(events, delete("owner", outside())), Ok(vec![deleted("owner")]));
}

#[test]
fn the_author_deletes_also_while_muted() {
    let command = delete("ada", here()).by(standing(Standing::Muted));
    assert_eq!(decide(vec![sent("hello")], command), Ok(vec![deleted("ada")]));
}

#[rstest]
#[case::a_plain_participant(delete("cy", here()), "group.admin_only")]
#[case::who_is_not_in_it(delete("cy", outside()), "conversation.not_found")]
#[case::an_author_who_left(delete("ada", outside()), "conversation.not_found")]
#[case::an_author_who_is_blocked(delete("ada", here()).by(standing(Standing::Blocked)), "member.blocked")]
#[case::staff_in_a_group(delete("sue", here()).by(actor("sue", Role::Staff)), "group.admin_only")]
#[case::in_another_conversation(delete("ada", here()).with(|command| command.conversation = elsewhere()), "message.not_found")]
#[case::in_another_conversation_by_the_owner(delete("owner", outside()).with(|command| command.conversation = elsewhere()), "message.not_found")]
#[case::an_admin_who_joined_later(delete("bo", reads_from(Seat::Admin, 4)), "message.not_found")]
#[case::in_a_conversation_that_is_not_there(delete("ada", nowhere()), "conversation.not_found")]
fn a_deletion_is_refused_to(#[case] command: Issued<DeleteMessage>, #[case] expected: &str) {
    assert_eq!(code(decide(vec![sent("hello")], command.clone())), Err(expected));
    assert_eq!(code(decide(vec![sent("hello"), deleted("bo")], command)), Err(expected), "again");
}

#[test]
fn who_may_not_delete_learns_nothing_of_a_message_that_is_not_there() {
    assert_eq!(code(decide(vec![], delete("cy", here()))), Err("group.admin_only"));
    assert_eq!(code(decide(vec![], delete("bo", at(Seat::Admin)))), Err("message.not_found"));
}

#[rstest]
#[case::in_a_direct_conversation_the_author_alone("ada", Of::Direct, Ok(()))]
#[case::not_the_other("bo", Of::Direct, Err("group.admin_only"))]
#[case::nor_the_owner_who_is_the_other("owner", Of::Direct, Err("group.admin_only"))]
#[case::with_the_business_the_author("ada", Of::Business, Ok(()))]
#[case::and_the_owner("owner", Of::Business, Ok(()))]
fn it_is_deleted(#[case] name: &str, #[case] kind: Of, #[case] expected: Result<(), &str>) {
    let place = place(Access { kind, seat: Seat::Participant, closed: false, reads_from: 0 });
    assert_eq!(code(decide(vec![sent("hello")], delete(name, place))).map(|_| ()), expected);
}
