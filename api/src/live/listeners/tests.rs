//! Which streams receive which events.

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

fn filtered(all: &Listeners, member: &str, conversations: &[ConversationId]) -> ListenerHandle {
    let listening = all.add(&acme(), &id(member), Role::Member);
    listening.set_conversations(conversations.iter().copied(), false);
    listening
}

fn received(listening: &mut ListenerHandle) -> usize {
    std::iter::from_fn(|| listening.signals.try_recv().ok()).count()
}

#[test]
fn message_wakes_the_participants_of_its_conversation_only() {
    let all = Listeners::default();
    let mut here = filtered(&all, "theo", &[conversation(1)]);
    let mut there = filtered(&all, "ines", &[conversation(2)]);
    all.dispatch(&acme(), message(conversation(1), false));
    all.dispatch(&"other".parse().unwrap(), message(conversation(1), false));
    assert_eq!((received(&mut here), received(&mut there)), (1, 0));
}

#[test]
fn member_who_joins_receives_later_messages() {
    let all = Listeners::default();
    let mut stream = filtered(&all, "theo", &[]);
    all.dispatch(&acme(), message(conversation(1), false));
    all.dispatch(&acme(), added("theo", conversation(1)));
    all.dispatch(&acme(), message(conversation(1), false));
    assert_eq!(received(&mut stream), 2);
}

#[test]
fn unfiltered_stream_receives_every_event_once() {
    let all = Listeners::default();
    let mut stream = all.add(&acme(), &id("theo"), Role::Member);
    all.dispatch(&acme(), added("theo", conversation(1)));
    all.dispatch(&acme(), message(conversation(1), false));
    all.dispatch(&acme(), message(conversation(2), false));
    assert_eq!(received(&mut stream), 3);
    stream.set_conversations([conversation(3)].into_iter(), false);
    all.dispatch(&acme(), message(conversation(1), false));
    all.dispatch(&acme(), message(conversation(2), false));
    all.dispatch(&acme(), message(conversation(3), false));
    assert_eq!(received(&mut stream), 2, "a conversation joined before the filter counts too");
}

#[test]
fn staff_receive_messages_to_the_business_while_they_are_staff() {
    let all = Listeners::default();
    let mut stream = filtered(&all, "theo", &[]);
    for (assigned, expected) in [(true, 2), (false, 1)] {
        all.dispatch(&acme(), role("theo", assigned));
        all.dispatch(&acme(), message(conversation(1), true));
        assert_eq!(received(&mut stream), expected);
    }
}

#[test]
fn stream_with_a_full_queue_is_closed_and_others_are_not() {
    let all = Listeners::default();
    let mut slow = filtered(&all, "theo", &[conversation(1)]);
    let mut quick = filtered(&all, "ines", &[conversation(1)]);
    let mut total = 0;
    for _ in 0..=MAX_QUEUED_SIGNALS {
        all.dispatch(&acme(), message(conversation(1), false));
        total += received(&mut quick);
    }
    assert_eq!(total, MAX_QUEUED_SIGNALS + 1);
    assert_eq!(received(&mut slow), MAX_QUEUED_SIGNALS);
    assert!(slow.signals.is_closed(), "its client does not learn that it has to resume");
}

#[test]
fn dropped_streams_leave_no_entries() {
    let all = Listeners::default();
    let mut streams: Vec<_> = ["theo", "ines"].map(|name| filtered(&all, name, &[conversation(1)])).into();
    all.reset_all();
    for stream in &mut streams {
        assert!(matches!(stream.signals.try_recv(), Ok(Signal::Reset)));
        assert!(stream.signals.is_closed());
    }
    let again = filtered(&all, "theo", &[conversation(1)]);
    drop(streams);
    assert!(all.has(&acme()), "a dropped handle has removed a later stream");
    drop(again);
    assert!(!all.has(&acme()));
}

#[test]
fn event_names_a_member_once_for_all_their_streams() {
    let all = Listeners::default();
    let mut streams: Vec<_> = ["theo", "theo", "ines"].map(|name| filtered(&all, name, &[conversation(1)])).into();
    all.dispatch(&acme(), added("noor", conversation(1)));
    let Ok(Signal::Event(live)) = streams[0].signals.try_recv() else { panic!("no event") };
    assert_eq!(live.members, [id("theo"), id("ines")].into());
    all.dispatch(&acme(), message(conversation(1), false));
    let Ok(Signal::Event(live)) = streams[0].signals.try_recv() else { panic!("no event") };
    assert!(live.members.is_empty(), "a message needs no conversation");
}
