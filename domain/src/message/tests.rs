//! The rules of a message, as sentences.

use causerie_events::message::MessageSent;
use causerie_events::{ConversationId, MessageEvent, MessageText};
use jiff::Timestamp;
use proptest::prelude::*;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::conversation::Access;
use crate::error::{Kind, Refusal};
use crate::member::Standing;
use crate::site::MemberChat;
use crate::testing::{decide, laws};

fn conversation() -> ConversationId {
    Uuid::from_u128(1).into()
}

fn send(text: &str) -> SendMessage {
    SendMessage {
        author: "ada".parse().unwrap(),
        conversation: conversation(),
        text: MessageText::parse(text).unwrap(),
        reply_to: None,
        sent_at: Timestamp::UNIX_EPOCH,
        author_standing: Standing::InRoster,
        member_chat: MemberChat::On,
        access: Access::Participant,
        reply_target: ReplyTarget::None,
    }
}

fn decide_on(history: Vec<MessageEvent>, command: SendMessage) -> Result<Vec<MessageEvent>, MessageError> {
    decide::<Message>(history, MessageCommand::SendMessage(command))
}

fn sent(text: &str) -> MessageEvent {
    MessageEvent::MessageSent(MessageSent {
        conversation_id: conversation(),
        author_id: "ada".parse().unwrap(),
        text: MessageText::parse(text).unwrap(),
        reply_to: None,
        sent_at: Timestamp::UNIX_EPOCH,
    })
}

#[test]
fn a_participant_sends_a_message() {
    assert_eq!(decide_on(vec![], send("hello")), Ok(vec![sent("hello")]));
}

#[test]
fn the_same_message_again_changes_nothing_whatever_the_clock_says_and_whatever_has_been_forbidden_since() {
    let mut again = send("hello");
    again.sent_at = Timestamp::MAX;
    again.author_standing = Standing::Blocked;
    again.member_chat = MemberChat::Off;
    again.access = Access::Unknown;
    assert_eq!(decide_on(vec![sent("hello")], again), Ok(vec![]));
}

#[test]
fn the_same_id_with_other_content_is_a_conflict() {
    assert_eq!(decide_on(vec![sent("hello")], send("other")), Err(MessageError::IdTaken));
    let somebody_else = SendMessage { author: "bo".parse().unwrap(), ..send("hello") };
    assert_eq!(decide_on(vec![sent("hello")], somebody_else), Err(MessageError::IdTaken));
    let elsewhere = SendMessage { conversation: Uuid::from_u128(2).into(), ..send("hello") };
    assert_eq!(decide_on(vec![sent("hello")], elsewhere), Err(MessageError::IdTaken));
    let as_reply = SendMessage { reply_to: Some(Uuid::from_u128(3).into()), ..send("hello") };
    assert_eq!(decide_on(vec![sent("hello")], as_reply), Err(MessageError::IdTaken));
}

#[rstest]
#[case::who_is_not_registered(SendMessage { author_standing: Standing::Unregistered, ..send("x") }, "member.not_registered", Kind::Forbidden)]
#[case::who_waits_for_approval(SendMessage { author_standing: Standing::Pending, ..send("x") }, "member.pending", Kind::Forbidden)]
#[case::who_is_blocked(SendMessage { author_standing: Standing::Blocked, ..send("x") }, "member.blocked", Kind::Forbidden)]
#[case::who_is_outside_the_community(SendMessage { author_standing: Standing::Outside, ..send("x") }, "member.not_in_community", Kind::Forbidden)]
#[case::who_is_not_in_it(SendMessage { access: Access::Unknown, ..send("x") }, "conversation.not_found", Kind::NotFound)]
#[case::a_closed_group(SendMessage { access: Access::Closed, ..send("x") }, "conversation.closed", Kind::Conflict)]
#[case::chat_off(SendMessage { member_chat: MemberChat::Off, ..send("x") }, "member_chat.disabled", Kind::Forbidden)]
#[case::no_site(SendMessage { member_chat: MemberChat::NoSite, ..send("x") }, "site.not_found", Kind::NotFound)]
#[case::a_reply_to_nothing(SendMessage { reply_target: ReplyTarget::Unknown, ..send("x") }, "message.reply_to_unknown", Kind::Invalid)]
fn a_send_is_refused_to(#[case] command: SendMessage, #[case] code: &str, #[case] kind: Kind) {
    let refused = decide_on(vec![], command).unwrap_err();
    assert_eq!((refused.code(), refused.kind()), (code, kind));
}

#[test]
fn a_blocked_outsider_learns_of_the_block_and_not_of_the_conversation() {
    let command = SendMessage { author_standing: Standing::Blocked, access: Access::Unknown, ..send("x") };
    assert_eq!(decide_on(vec![], command).unwrap_err().code(), "member.blocked");
}

fn any_command() -> impl Strategy<Value = MessageCommand> {
    let standing = prop_oneof![Just(Standing::InRoster), Just(Standing::Blocked), Just(Standing::Outside)];
    let access = prop_oneof![Just(Access::Participant), Just(Access::Unknown), Just(Access::Closed)];
    let chat = prop_oneof![Just(MemberChat::On), Just(MemberChat::Off)];
    (prop_oneof![Just("a"), Just("b")], standing, access, chat).prop_map(
        |(text, author_standing, access, member_chat)| {
            MessageCommand::SendMessage(SendMessage { author_standing, member_chat, access, ..send(text) })
        },
    )
}

proptest! {
    #[test]
    fn the_four_laws_hold(commands in prop::collection::vec(any_command(), 0..10)) {
        laws::<Message>(commands);
    }
}
