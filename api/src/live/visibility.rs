//! What one member may know of an event, decided in log order: membership changes take effect where they stand in the log,
//! so after a removal nothing later reaches the removed.

use std::collections::HashMap;

use causerie_events::{ConversationEvent, ConversationId, Event, MemberEvent, MemberId, MessageEvent, RecordedEvent};

/// The member of a stream, and what they may read.
#[derive(Debug)]
pub(super) struct Visibility {
    member: MemberId,
    reads_from: HashMap<ConversationId, u64>,
}

/// What a stream shows of an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing.
    Nothing,
    /// A message.
    Message,
    /// The conversation as it is now.
    Conversation(ConversationId),
    /// That the conversation is out of reach.
    ConversationGone(ConversationId),
    /// Something about a member.
    Member,
    /// Something about the site.
    Site,
    /// Nothing any more: the member is barred.
    End,
}

impl Visibility {
    pub(super) const fn new(member: MemberId, reads_from: HashMap<ConversationId, u64>) -> Self {
        Self { member, reads_from }
    }

    /// Takes the event in and says what the member sees of it.
    pub(super) fn see(&mut self, recorded: &RecordedEvent, log_number: u64, event: &Event) -> Shown {
        match event {
            Event::Site(_) => Shown::Site,
            Event::Member(member_event) => self.see_member(recorded, member_event),
            Event::Message(MessageEvent::MessageSent(sent)) => match self.reads_from.get(&sent.conversation_id) {
                Some(from) if *from <= log_number => Shown::Message,
                Some(_) | None => Shown::Nothing,
            },
            Event::Conversation(conversation_event) => match recorded.stream.local_id().parse() {
                Ok(id) => self.see_conversation(id, log_number, conversation_event),
                Err(_) => Shown::Nothing,
            },
        }
    }

    fn see_member(&self, recorded: &RecordedEvent, event: &MemberEvent) -> Shown {
        let myself = recorded.stream.local_id() == self.member.as_str();
        match event {
            MemberEvent::MemberBlocked if myself => Shown::End,
            _ => Shown::Member,
        }
    }

    fn see_conversation(&mut self, id: ConversationId, log_number: u64, event: &ConversationEvent) -> Shown {
        match event {
            ConversationEvent::GroupCreated(created) => {
                if created.creator == self.member || created.participants.contains(&self.member) {
                    self.reads_from.entry(id).or_insert(log_number);
                }
            }
            ConversationEvent::ParticipantAdded(participant) if participant.member_id == self.member => {
                self.reads_from.entry(id).or_insert(log_number);
            }
            ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant)
                if participant.member_id == self.member =>
            {
                // Also when it is not in the map: a resumed stream starts with what the member may read by now.
                self.reads_from.remove(&id);
                return Shown::ConversationGone(id);
            }
            ConversationEvent::ParticipantAdded(_)
            | ConversationEvent::ParticipantRemoved(_)
            | ConversationEvent::ParticipantLeft(_)
            | ConversationEvent::AdminGranted(_)
            | ConversationEvent::GroupClosed => {}
        }
        if self.reads_from.contains_key(&id) { Shown::Conversation(id) } else { Shown::Nothing }
    }
}

#[cfg(test)]
mod tests {
    use causerie_events::conversation::Participant;
    use causerie_events::message::MessageSent;
    use causerie_events::{MessageText, Position, StreamId};
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn recorded(stream: StreamId) -> RecordedEvent {
        RecordedEvent {
            event_id: Uuid::nil().into(),
            stream,
            sequence: 1,
            event_type: String::new(),
            event_version: String::new(),
            payload: serde_json::Value::Null,
            metadata: serde_json::Value::Null,
            position: Position::START,
            recorded_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn group() -> ConversationId {
        Uuid::from_u128(1).into()
    }

    fn in_group(event: &Event, log_number: u64, visibility: &mut Visibility) -> Shown {
        visibility.see(&recorded(StreamId::conversation(&"acme".parse().unwrap(), group())), log_number, event)
    }

    fn message() -> Event {
        Event::Message(MessageEvent::MessageSent(MessageSent {
            conversation_id: group(),
            author_id: "ada".parse().unwrap(),
            text: MessageText::parse("hello").unwrap(),
            reply_to: None,
            sent_at: Timestamp::UNIX_EPOCH,
        }))
    }

    fn participant(name: &str) -> Participant {
        Participant { member_id: name.parse().unwrap() }
    }

    #[test]
    fn after_a_removal_nothing_later_reaches_the_removed() {
        let mut bo = Visibility::new("bo".parse().unwrap(), HashMap::from([(group(), 5)]));
        assert_eq!(in_group(&message(), 6, &mut bo), Shown::Message);
        let removed = Event::Conversation(ConversationEvent::ParticipantRemoved(participant("bo")));
        assert_eq!(in_group(&removed, 7, &mut bo), Shown::ConversationGone(group()));
        assert_eq!(in_group(&message(), 8, &mut bo), Shown::Nothing);
        let added = Event::Conversation(ConversationEvent::ParticipantAdded(participant("cy")));
        assert_eq!(in_group(&added, 9, &mut bo), Shown::Nothing);
    }

    #[test]
    fn a_newcomer_sees_nothing_from_before_they_came() {
        let mut bo = Visibility::new("bo".parse().unwrap(), HashMap::new());
        assert_eq!(in_group(&message(), 5, &mut bo), Shown::Nothing);
        let added = Event::Conversation(ConversationEvent::ParticipantAdded(participant("bo")));
        assert_eq!(in_group(&added, 6, &mut bo), Shown::Conversation(group()));
        assert_eq!(in_group(&message(), 7, &mut bo), Shown::Message);
        // As on a resumed stream, which starts with what the member may read by now.
        let mut resumed = Visibility::new("bo".parse().unwrap(), HashMap::from([(group(), 6)]));
        assert_eq!(in_group(&message(), 5, &mut resumed), Shown::Nothing);
    }

    #[test]
    fn a_blocked_members_stream_ends_and_other_streams_go_on() {
        let blocked = Event::Member(MemberEvent::MemberBlocked);
        let of_bo = recorded(StreamId::member(&"acme".parse().unwrap(), &"bo".parse().unwrap()));
        let mut bo = Visibility::new("bo".parse().unwrap(), HashMap::new());
        assert_eq!(bo.see(&of_bo, 1, &blocked), Shown::End);
        let mut ada = Visibility::new("ada".parse().unwrap(), HashMap::new());
        assert_eq!(ada.see(&of_bo, 1, &blocked), Shown::Member);
    }
}
