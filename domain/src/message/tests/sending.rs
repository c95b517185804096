//! Sending, and replies.

use rstest::rstest;

use super::*;
use crate::error::{Kind, Refusal};

// Sending

#[test]
fn a_participant_sends_a_message() {
    assert_eq!(decide(vec![], send("hello")), Ok(vec![sent("hello")]));
}

#[test]
fn a_message_remembers_the_version_of_the_conversation_that_it_was_sent_to() {
    let events = decide(vec![], send("hello").knowing(|facts| facts.place = Place { version: 7, ..here() })).unwrap();
    let [MessageEvent::MessageSent(sent)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(sent.conversation_version, 7);
}

#[test]
fn the_same_message_again_changes_nothing_whatever_the_clock_says_and_whatever_has_been_forbidden_since() {
    let again = send("hello")
        .by(standing(Standing::Blocked))
        .knowing(|facts| {
            facts.place = Place { member_chat: MemberChat::Off, version: 9, ..nowhere() };
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
fn taken_id_in_a_reply_to_nothing_gives_the_refusal_of_a_free_id() {
    let reply = send("x").knowing(|facts| facts.reply_target = ReplyTarget::Unknown);
    assert_eq!(decide(vec![], reply.clone()), Err(MessageError::UnknownReply));
    assert_eq!(decide(vec![sent("hello")], reply), Err(MessageError::UnknownReply));
}

#[rstest]
#[case::who_is_barred(send("x").by(standing(Standing::Blocked)), "member.blocked")]
#[case::who_is_not_in_it(send("x").knowing(|facts| facts.place = outside()), "conversation.not_found")]
#[case::where_there_is_none(send("x").knowing(|facts| facts.place = nowhere()), "conversation.not_found")]
fn who_may_not_send_learns_nothing_of_an_id_that_is_taken(#[case] command: Issued<SendMessage>, #[case] refused: &str) {
    assert_eq!(decide(vec![sent("hello")], command).unwrap_err().code(), refused);
}

#[rstest]
#[case::who_is_not_registered(send("x").by(standing(Standing::Unregistered)), "member.not_registered", Kind::Forbidden)]
#[case::who_was_removed(send("x").by(standing(Standing::Removed)), "member.removed", Kind::Forbidden)]
#[case::who_waits_for_approval(send("x").by(standing(Standing::Pending)), "member.pending", Kind::Forbidden)]
#[case::who_is_blocked(send("x").by(standing(Standing::Blocked)), "member.blocked", Kind::Forbidden)]
#[case::who_is_muted(send("x").by(standing(Standing::Muted)), "member.muted", Kind::Forbidden)]
#[case::who_is_outside_the_community(send("x").by(standing(Standing::Outside)), "member.not_in_community", Kind::Forbidden)]
#[case::who_is_not_in_it(send("x").knowing(|facts| facts.place = outside()), "conversation.not_found", Kind::NotFound)]
#[case::a_conversation_that_is_not_there(send("x").knowing(|facts| facts.place = nowhere()), "conversation.not_found", Kind::NotFound)]
#[case::a_closed_group(send("x").knowing(|facts| facts.place = closed()), "conversation.closed", Kind::Conflict)]
#[case::chat_off(send("x").knowing(|facts| facts.place = Place { member_chat: MemberChat::Off, ..here() }), "member_chat.disabled", Kind::Forbidden)]
#[case::no_site(send("x").knowing(|facts| facts.place = Place { member_chat: MemberChat::NoSite, ..here() }), "site.not_found", Kind::NotFound)]
#[case::a_reply_to_nothing(send("x").knowing(|facts| facts.reply_target = ReplyTarget::Unknown), "message.reply_to_unknown", Kind::Invalid)]
fn a_send_is_refused_to(#[case] command: Issued<SendMessage>, #[case] code: &str, #[case] kind: Kind) {
    let refused = decide(vec![], command).unwrap_err();
    assert_eq!((refused.code(), refused.kind()), (code, kind));
}

#[test]
fn a_blocked_outsider_learns_of_the_block_and_not_of_the_conversation() {
    let command = send("x").by(standing(Standing::Blocked)).knowing(|facts| facts.place = nowhere());
    assert_eq!(code(decide(vec![], command)), Err("member.blocked"));
}

// Replies

#[test]
fn a_reply_to_a_message_of_the_conversation_is_sent() {
    let reply_to = Some(Uuid::from_u128(3).into());
    let command =
        send("yes").knowing(|facts| facts.reply_target = ReplyTarget::Here).with(|command| command.reply_to = reply_to);
    let events = decide(vec![], command).unwrap();
    let [MessageEvent::MessageSent(sent)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(sent.reply_to, reply_to);
}

#[rstest]
#[case::a_message_sent_as_one_joined(vec![sent("hello")], conversation(), here(), ReplyTarget::Here)]
#[case::a_later_message(vec![sent("hello")], conversation(), reads_from(Seat::Participant, 2), ReplyTarget::Here)]
#[case::a_deleted_message(vec![sent("hello"), deleted("ada")], conversation(), here(), ReplyTarget::Here)]
#[case::a_message_from_before_one_joined(vec![sent("hello")], conversation(), reads_from(Seat::Participant, 4), ReplyTarget::Unknown)]
#[case::a_message_of_another_conversation(vec![sent("hello")], elsewhere(), here(), ReplyTarget::Unknown)]
#[case::by_who_is_not_in_it(vec![sent("hello")], conversation(), outside(), ReplyTarget::Unknown)]
#[case::in_a_conversation_that_is_not_there(vec![sent("hello")], conversation(), nowhere(), ReplyTarget::Unknown)]
#[case::no_message(vec![], conversation(), here(), ReplyTarget::Unknown)]
fn a_reply_answers(
    #[case] history: Vec<MessageEvent>,
    #[case] conversation: ConversationId,
    #[case] place: Place,
    #[case] expected: ReplyTarget,
) {
    assert_eq!(fold::<Message>(history).as_reply_target(conversation, place.access), expected);
}
