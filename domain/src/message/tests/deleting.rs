//! Deleting.

use rstest::rstest;

use super::*;

fn delete(name: &str, context: ConversationContext) -> Issued<DeleteMessage> {
    issue(by(name), DeleteMessage { site: acme(), conversation: conversation(), message: id() }, context)
}

#[rstest]
#[case::the_author("ada", here())]
#[case::an_admin("bo", at(Membership::Admin))]
#[case::the_owner_in_the_group("owner", here())]
#[case::the_owner_outside("owner", outside())]
#[case::the_author_in_a_closed_group("ada", closed())]
#[case::the_author_with_member_chat_off("ada", ConversationContext { member_chat: MemberChat::Off, ..here() })]
fn a_message_is_deleted_by(#[case] name: &str, #[case] context: ConversationContext) {
    assert_eq!(decide(vec![sent("hello")], delete(name, context)), Ok(vec![deleted(name)]));
    assert_eq!(decide(vec![sent("hello"), deleted("cy")], delete(name, context)), Ok(vec![]));
}

#[test]
fn owner_deletes_own_message_after_leaving() {
    let events = decide(vec![], send("hello").by(by("owner"))).unwrap();
    assert_eq!(decide(events, delete("owner", outside())), Ok(vec![deleted("owner")]));
}

#[test]
fn muted_author_deletes_own_message() {
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
#[case::an_admin_who_joined_later(delete("bo", reads_from(Membership::Admin, 4)), "message.not_found")]
#[case::in_a_conversation_that_is_not_there(delete("ada", nowhere()), "conversation.not_found")]
fn delete_is_rejected(#[case] command: Issued<DeleteMessage>, #[case] expected: &str) {
    assert_eq!(code(decide(vec![sent("hello")], command.clone())), Err(expected));
    assert_eq!(code(decide(vec![sent("hello"), deleted("bo")], command)), Err(expected), "again");
}

#[test]
fn unpermitted_delete_does_not_reveal_a_missing_message() {
    assert_eq!(code(decide(vec![], delete("cy", here()))), Err("group.admin_only"));
    assert_eq!(code(decide(vec![], delete("bo", at(Membership::Admin)))), Err("message.not_found"));
}

#[rstest]
#[case::in_a_direct_conversation_the_author_alone("ada", ConversationKind::Direct, Ok(()))]
#[case::not_the_other("bo", ConversationKind::Direct, Err("group.admin_only"))]
#[case::nor_the_owner_who_is_the_other("owner", ConversationKind::Direct, Err("group.admin_only"))]
#[case::with_the_business_the_author("ada", ConversationKind::Business, Ok(()))]
#[case::and_the_owner("owner", ConversationKind::Business, Ok(()))]
fn delete_depends_on_the_kind_of_conversation(
    #[case] name: &str,
    #[case] kind: ConversationKind,
    #[case] expected: Result<(), &str>,
) {
    let context = context(Access { kind, membership: Membership::Participant, closed: false, reads_from: 0 });
    assert_eq!(code(decide(vec![sent("hello")], delete(name, context))).map(|_| ()), expected);
}
