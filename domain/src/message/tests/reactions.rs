//! Reactions.

use causerie_events::message::Reaction;
use rstest::rstest;

use super::*;

fn react(name: &str, emoji: &str) -> Issued<ChangeReaction> {
    let (conversation, emoji) = (conversation(), emoji_of(emoji));
    issue(by(name), ChangeReaction { site: acme(), conversation, message: id(), emoji, added: true }, here())
}

fn take_back(name: &str, emoji: &str) -> Issued<ChangeReaction> {
    react(name, emoji).with(|command| command.added = false)
}

fn reaction(name: &str, emoji: &str) -> Reaction {
    Reaction { conversation_id: conversation(), member_id: member(name), emoji: emoji_of(emoji) }
}

fn reacted(name: &str, emoji: &str) -> MessageEvent {
    MessageEvent::ReactionAdded(reaction(name, emoji))
}

fn taken_back(name: &str, emoji: &str) -> MessageEvent {
    MessageEvent::ReactionRemoved(reaction(name, emoji))
}

#[test]
fn a_participant_reacts_once_with_each_emoji() {
    let history = vec![sent("hello"), reacted("bo", "👍")];
    assert_eq!(decide(vec![sent("hello")], react("bo", "👍")), Ok(vec![reacted("bo", "👍")]));
    assert_eq!(decide(history.clone(), react("bo", "👍")), Ok(vec![]));
    assert_eq!(decide(history.clone(), react("bo", "🎉")), Ok(vec![reacted("bo", "🎉")]));
    assert_eq!(decide(history.clone(), react("ada", "👍")), Ok(vec![reacted("ada", "👍")]));

    let both = fold::<Message>([history, vec![reacted("ada", "👍"), reacted("ada", "🎉")]].concat());
    let Message::Posted(posted) = both else { panic!("no message") };
    let by_emoji = posted.reactions_by_emoji();
    let expected = [(emoji_of("👍"), vec![member("bo"), member("ada")]), (emoji_of("🎉"), vec![member("ada")])];
    let found: Vec<_> = by_emoji
        .into_iter()
        .map(|(emoji, members)| (emoji.clone(), members.into_iter().cloned().collect::<Vec<_>>()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn reaction_is_removed_only_by_its_member() {
    let history = vec![sent("hello"), reacted("bo", "👍")];
    assert_eq!(decide(history.clone(), take_back("bo", "👍")), Ok(vec![taken_back("bo", "👍")]));
    assert_eq!(decide(history.clone(), take_back("ada", "👍")), Ok(vec![]));
    assert_eq!(decide(history.clone(), take_back("bo", "🎉")), Ok(vec![]));
    let without = [history, vec![taken_back("bo", "👍")]].concat();
    assert_eq!(decide(without.clone(), take_back("bo", "👍")), Ok(vec![]));
    assert_eq!(fold::<Message>(without), fold::<Message>([sent("hello")]));
}

#[test]
fn own_reaction_is_removed_without_send_permission() {
    let history = vec![sent("hello"), reacted("ada", "👍")];
    let muted = take_back("ada", "👍").by(standing(Standing::Muted));
    assert_eq!(decide(history.clone(), muted), Ok(vec![taken_back("ada", "👍")]));
    let locked = take_back("ada", "👍").with_facts(ConversationContext { member_chat: MemberChat::Off, ..closed() });
    assert_eq!(decide(history, locked), Ok(vec![taken_back("ada", "👍")]));
}

#[rstest]
#[case::a_letter("x")]
#[case::a_word("thumbsup")]
#[case::two_of_them("👍👍")]
#[case::one_and_a_space("👍 ")]
#[case::a_digit("1")]
fn a_reaction_is_an_emoji(#[case] not_one: &str) {
    assert_eq!(decide(vec![sent("hello")], react("bo", not_one)), Err(MessageError::NotAnEmoji));
    assert_eq!(decide(vec![sent("hello")], take_back("bo", not_one)), Ok(vec![]));
}

#[rstest]
#[case::of_several_characters("👩‍👩‍👧‍👦")]
#[case::with_a_skin_tone("👍🏽")]
#[case::a_flag("🇫🇷")]
#[case::a_heart("❤️")]
#[case::a_keycap("1️⃣")]
fn an_emoji_may_be(#[case] emoji: &str) {
    assert_eq!(decide(vec![sent("hello")], react("bo", emoji)), Ok(vec![reacted("bo", emoji)]));
}

#[test]
fn message_has_at_most_twenty_different_emoji() {
    let different: Vec<&str> = emojis::iter().map(emojis::Emoji::as_str).take(21).collect();
    let with = |count: usize| {
        let reactions = different[..count].iter().map(|emoji| reacted("ada", emoji));
        std::iter::once(sent("hello")).chain(reactions).collect::<Vec<_>>()
    };
    let last = different[20];
    assert_eq!(decide(with(19), react("bo", last)), Ok(vec![reacted("bo", last)]));
    assert_eq!(decide(with(20), react("bo", last)), Err(MessageError::TooManyEmoji));
    assert_eq!(decide(with(20), react("bo", different[0])), Ok(vec![reacted("bo", different[0])]));
    let one_free = [with(20), vec![taken_back("ada", different[0])]].concat();
    assert_eq!(decide(one_free, react("bo", last)), Ok(vec![reacted("bo", last)]));
}

#[test]
fn deleted_message_has_and_accepts_no_reactions() {
    let gone = vec![sent("hello"), reacted("bo", "👍"), deleted("ada")];
    assert_eq!(decide(gone.clone(), react("bo", "👍")), Err(MessageError::Deleted));
    assert_eq!(decide(gone.clone(), take_back("bo", "👍")), Ok(vec![]));
    let Message::Posted(posted) = fold::<Message>(gone) else { panic!("no message") };
    assert!(posted.deleted && posted.reactions.is_empty());
}

#[rstest]
#[case::who_is_not_in_it(react("cy", "👍").with_facts(outside()), "conversation.not_found")]
#[case::an_owner_who_is_not_in_it(react("owner", "👍").with_facts(outside()), "conversation.not_found")]
#[case::who_is_muted(react("ada", "👍").by(standing(Standing::Muted)), "member.muted")]
#[case::a_message_from_before_one_joined(react("bo", "👍").with_facts(reads_from(Membership::Participant, 4)), "message.not_found")]
#[case::a_message_of_another_conversation(react("bo", "👍").with(|command| command.conversation = elsewhere()), "message.not_found")]
#[case::in_a_closed_group(react("bo", "👍").with_facts(closed()), "conversation.closed")]
fn a_reaction_is_refused_to(#[case] command: Issued<ChangeReaction>, #[case] expected: &str) {
    assert_eq!(code(decide(vec![sent("hello")], command)), Err(expected));
}
