//! Who is told of what.

use causerie_events::conversation::Participant;
use causerie_events::member::Role as Assigned;
use causerie_events::{LogEvent, StreamId};
use uuid::Uuid;

use super::*;
use crate::live::fixtures::{self, acme, id, recorded};

fn conversation(number: u128) -> ConversationId {
    Uuid::from_u128(number).into()
}

fn log(stream: StreamId) -> LogEvent {
    LogEvent::new(1, recorded(stream, 1))
}

fn message(to: ConversationId, business: bool) -> LiveEvent {
    fixtures::message(to, 1, business)
}

fn added(member: &str, to: ConversationId) -> LiveEvent {
    let event = ConversationEvent::ParticipantAdded(Participant { member_id: id(member) });
    LiveEvent::new(log(StreamId::conversation(&acme(), to)), Event::Conversation(event), None, None)
}

fn role(member: &str, assigned: bool) -> LiveEvent {
    let staff = Assigned { role: "staff".parse().unwrap() };
    let event = if assigned { MemberEvent::RoleAssigned(staff) } else { MemberEvent::RoleUnassigned(staff) };
    LiveEvent::new(log(StreamId::member(&acme(), &id(member))), Event::Member(event), None, None)
}

fn settled(all: &Listeners, member: &str, conversations: &[ConversationId]) -> Listening {
    let listening = all.add(&acme(), &id(member), Role::Member);
    listening.settle(conversations.iter().copied(), false);
    listening
}

fn told(listening: &mut Listening) -> usize {
    std::iter::from_fn(|| listening.signals.try_recv().ok()).count()
}

#[test]
fn a_message_wakes_who_is_in_its_conversation_and_nobody_else() {
    let all = Listeners::default();
    let mut here = settled(&all, "theo", &[conversation(1)]);
    let mut there = settled(&all, "ines", &[conversation(2)]);
    all.tell(&acme(), message(conversation(1), false));
    all.tell(&"other".parse().unwrap(), message(conversation(1), false));
    assert_eq!((told(&mut here), told(&mut there)), (1, 0));
}

#[test]
fn who_comes_in_is_told_from_then_on() {
    let all = Listeners::default();
    let mut stream = settled(&all, "theo", &[]);
    all.tell(&acme(), message(conversation(1), false));
    all.tell(&acme(), added("theo", conversation(1)));
    all.tell(&acme(), message(conversation(1), false));
    assert_eq!(told(&mut stream), 2);
}

#[test]
fn a_stream_whose_conversations_are_not_known_yet_is_told_everything_once() {
    let all = Listeners::default();
    let mut stream = all.add(&acme(), &id("theo"), Role::Member);
    all.tell(&acme(), added("theo", conversation(1)));
    all.tell(&acme(), message(conversation(1), false));
    all.tell(&acme(), message(conversation(2), false));
    assert_eq!(told(&mut stream), 3);
    stream.settle([conversation(3)].into_iter(), false);
    all.tell(&acme(), message(conversation(1), false));
    all.tell(&acme(), message(conversation(2), false));
    all.tell(&acme(), message(conversation(3), false));
    assert_eq!(told(&mut stream), 2, "what came before the conversations were known counts too");
}

#[test]
fn staff_are_told_what_is_said_to_the_business_for_as_long_as_they_are_staff() {
    let all = Listeners::default();
    let mut stream = settled(&all, "theo", &[]);
    for (assigned, expected) in [(true, 2), (false, 1)] {
        all.tell(&acme(), role("theo", assigned));
        all.tell(&acme(), message(conversation(1), true));
        assert_eq!(told(&mut stream), expected);
    }
}

#[test]
fn a_stream_that_takes_nothing_is_let_go_and_the_others_are_not() {
    let all = Listeners::default();
    let mut slow = settled(&all, "theo", &[conversation(1)]);
    let mut quick = settled(&all, "ines", &[conversation(1)]);
    let mut taken = 0;
    for _ in 0..=QUEUE {
        all.tell(&acme(), message(conversation(1), false));
        taken += told(&mut quick);
    }
    assert_eq!(taken, QUEUE + 1);
    assert_eq!(told(&mut slow), QUEUE);
    assert!(slow.signals.is_closed(), "its client does not learn that it has to resume");
}

#[test]
fn nothing_stays_of_streams_that_are_gone() {
    let all = Listeners::default();
    let mut streams: Vec<_> = ["theo", "ines"].map(|name| settled(&all, name, &[conversation(1)])).into();
    all.reset_all();
    for stream in &mut streams {
        assert!(matches!(stream.signals.try_recv(), Ok(Signal::Reset)));
        assert!(stream.signals.is_closed());
    }
    let again = settled(&all, "theo", &[conversation(1)]);
    drop(streams);
    assert!(all.has(&acme()), "a stream of before has taken the place of a later one with it");
    drop(again);
    assert!(!all.has(&acme()));
}

#[test]
fn member_who_shares_a_conversation_is_named_once_for_all_their_streams() {
    let all = Listeners::default();
    let mut streams: Vec<_> = ["theo", "theo", "ines"].map(|name| settled(&all, name, &[conversation(1)])).into();
    all.tell(&acme(), added("noor", conversation(1)));
    let Ok(Signal::Event(live)) = streams[0].signals.try_recv() else { panic!("no event") };
    assert_eq!(live.members, [id("theo"), id("ines")].into());
    all.tell(&acme(), message(conversation(1), false));
    let Ok(Signal::Event(live)) = streams[0].signals.try_recv() else { panic!("no event") };
    assert!(live.members.is_empty(), "a message needs no conversation");
}
