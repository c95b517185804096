//! Sending and replying.

use rstest::rstest;

use super::*;
use crate::error::{Refusal, RefusalKind};

#[test]
fn a_participant_sends_a_message() {
    assert_eq!(decide(vec![], send("hello")), Ok(vec![sent("hello")]));
}

#[test]
fn message_records_the_version_of_the_conversation() {
    let events = decide(
        vec![],
        send("hello").change_facts(|facts| facts.context = ConversationContext { version: 7, ..here() }),
    )
    .unwrap();
    let [MessageEvent::MessageSent(sent)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(sent.conversation_version, 7);
}

#[test]
fn repeated_send_changes_nothing_even_if_now_forbidden() {
    let again = send("hello")
        .by(standing(Standing::Blocked))
        .change_facts(|facts| {
            facts.context = ConversationContext { member_chat: MemberChat::Off, version: 9, ..nowhere() };
            facts.reply_target = ReplyTarget::Unknown;
        })
        .with(|command| command.sent_at = Timestamp::MAX);
    assert_eq!(decide(vec![sent("hello")], again), Ok(vec![]));
}

#[rstest]
#[case::after_an_edit(vec![edited("changed")])]
#[case::after_its_deletion(vec![deleted("bo")])]
#[case::after_both(vec![edited("changed"), deleted("ada")])]
fn the_same_id_stays_the_same_message(#[case] since: Vec<MessageEvent>) {
    let history = [vec![sent("hello")], since].concat();
    assert_eq!(decide(history.clone(), send("hello")), Ok(vec![]));
    assert_eq!(decide(history, send("changed")), Err(MessageError::IdTaken));
}

#[rstest]
#[case::other_text(send("other"))]
#[case::another_author(send("hello").by(by("bo")))]
#[case::another_conversation(send("hello").with(|command| command.conversation = elsewhere()))]
#[case::a_reply(send("hello").with(|command| command.reply_to = Some(Uuid::from_u128(3).into())))]
fn the_same_id_with_other_content_is_a_conflict(#[case] other: Issued<SendMessage>) {
    assert_eq!(decide(vec![sent("hello")], other), Err(MessageError::IdTaken));
}

#[test]
fn rejected_reply_does_not_reveal_a_taken_id() {
    let reply = send("x").change_facts(|facts| facts.reply_target = ReplyTarget::Unknown);
    assert_eq!(decide(vec![], reply.clone()), Err(MessageError::UnknownReply));
    assert_eq!(decide(vec![sent("hello")], reply), Err(MessageError::UnknownReply));
}

#[rstest]
#[case::who_is_barred(send("x").by(standing(Standing::Blocked)), "member.blocked")]
#[case::who_is_not_in_it(send("x").change_facts(|facts| facts.context = outside()), "conversation.not_found")]
#[case::where_there_is_none(send("x").change_facts(|facts| facts.context = nowhere()), "conversation.not_found")]
fn unpermitted_send_does_not_reveal_a_taken_id(#[case] command: Issued<SendMessage>, #[case] refused: &str) {
    assert_eq!(decide(vec![sent("hello")], command).unwrap_err().code(), refused);
}

#[rstest]
#[case::who_is_not_registered(send("x").by(standing(Standing::Unregistered)), "member.not_registered", RefusalKind::Forbidden)]
#[case::who_was_removed(send("x").by(standing(Standing::Removed)), "member.removed", RefusalKind::Forbidden)]
#[case::who_waits_for_approval(send("x").by(standing(Standing::Pending)), "member.pending", RefusalKind::Forbidden)]
#[case::who_is_blocked(send("x").by(standing(Standing::Blocked)), "member.blocked", RefusalKind::Forbidden)]
#[case::who_is_muted(send("x").by(standing(Standing::Muted)), "member.muted", RefusalKind::Forbidden)]
#[case::who_is_outside_the_community(send("x").by(standing(Standing::Outside)), "member.not_in_community", RefusalKind::Forbidden)]
#[case::who_is_not_in_it(send("x").change_facts(|facts| facts.context = outside()), "conversation.not_found", RefusalKind::NotFound)]
#[case::a_conversation_that_is_not_there(send("x").change_facts(|facts| facts.context = nowhere()), "conversation.not_found", RefusalKind::NotFound)]
#[case::a_closed_group(send("x").change_facts(|facts| facts.context = closed()), "conversation.closed", RefusalKind::Conflict)]
#[case::chat_off(send("x").change_facts(|facts| facts.context = ConversationContext { member_chat: MemberChat::Off, ..here() }), "member_chat.disabled", RefusalKind::Forbidden)]
#[case::no_site(send("x").change_facts(|facts| facts.context = ConversationContext { member_chat: MemberChat::NoSite, ..here() }), "site.not_found", RefusalKind::NotFound)]
#[case::a_reply_to_nothing(send("x").change_facts(|facts| facts.reply_target = ReplyTarget::Unknown), "message.reply_to_unknown", RefusalKind::Invalid)]
fn send_is_rejected(#[case] command: Issued<SendMessage>, #[case] code: &str, #[case] kind: RefusalKind) {
    let refused = decide(vec![], command).unwrap_err();
    assert_eq!((refused.code(), refused.kind()), (code, kind));
}

#[test]
fn blocked_outsider_learns_only_of_the_block() {
    let command = send("x").by(standing(Standing::Blocked)).change_facts(|facts| facts.context = nowhere());
    assert_eq!(code(decide(vec![], command)), Err("member.blocked"));
}

#[test]
fn reply_within_the_conversation_is_sent() {
    let reply_to = Some(Uuid::from_u128(3).into());
    let command = send("yes")
        .change_facts(|facts| facts.reply_target = ReplyTarget::Readable)
        .with(|command| command.reply_to = reply_to);
    let events = decide(vec![], command).unwrap();
    let [MessageEvent::MessageSent(sent)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(sent.reply_to, reply_to);
}

#[rstest]
#[case::a_message_sent_as_one_joined(vec![sent("hello")], conversation(), here(), ReplyTarget::Readable)]
#[case::a_later_message(vec![sent("hello")], conversation(), reads_from(Membership::Participant, 2), ReplyTarget::Readable)]
#[case::a_deleted_message(vec![sent("hello"), deleted("ada")], conversation(), here(), ReplyTarget::Readable)]
#[case::a_message_from_before_one_joined(vec![sent("hello")], conversation(), reads_from(Membership::Participant, 4), ReplyTarget::Unknown)]
#[case::a_message_of_another_conversation(vec![sent("hello")], elsewhere(), here(), ReplyTarget::Unknown)]
#[case::by_who_is_not_in_it(vec![sent("hello")], conversation(), outside(), ReplyTarget::Unknown)]
#[case::in_a_conversation_that_is_not_there(vec![sent("hello")], conversation(), nowhere(), ReplyTarget::Unknown)]
#[case::no_message(vec![], conversation(), here(), ReplyTarget::Unknown)]
fn reply_target_is_readable_or_unknown(
    #[case] history: Vec<MessageEvent>,
    #[case] conversation: ConversationId,
    #[case] context: ConversationContext,
    #[case] expected: ReplyTarget,
) {
    assert_eq!(fold::<Message>(history).as_reply_target(conversation, context.access), expected);
}
