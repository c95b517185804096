//! Histories, told in sentences. No projection asks where an event came from: these were never in a log.

use causerie_events::conversation::{GroupCreated, History as Readable, Participant};
use causerie_events::member::{MemberProfile, MemberRegistered};
use causerie_events::message::MessageSent;
use causerie_events::site::SiteRegistered;
use causerie_events::{
    ConversationEvent, ConversationId, DisplayName, GroupName, LogEvent, MemberEvent, MemberId, MessageEvent,
    MessageId, MessageText, Position, RecordedEvent, SiteEvent, SiteId, SiteName, StreamId,
};
use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// What happened on the site `acme`, in order. One event a second, from 1 January 2026 on.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<LogEvent>);

impl History {
    /// Everything so far.
    pub(crate) fn events(&self) -> &[LogEvent] {
        &self.0
    }

    /// What has happened since an earlier length.
    pub(crate) fn since(&self, length: usize) -> &[LogEvent] {
        &self.0[length..]
    }

    pub(crate) fn site_registered(&mut self) -> &mut Self {
        let name = SiteName::parse("Acme").unwrap();
        let registered = SiteRegistered { name, locale: "fr".to_owned(), allowed_origins: vec![] };
        self.site(&SiteEvent::SiteRegistered(registered))
    }

    pub(crate) fn site(&mut self, event: &SiteEvent) -> &mut Self {
        self.push(StreamId::site(&acme()), event)
    }

    pub(crate) fn registered(&mut self, id: &str, name: &str, community: bool, pending: bool) -> &mut Self {
        self.member(id, &MemberEvent::MemberRegistered(MemberRegistered { profile: profile(name), community, pending }))
    }

    pub(crate) fn member(&mut self, id: &str, event: &MemberEvent) -> &mut Self {
        self.push(StreamId::member(&acme(), &member(id)), event)
    }

    pub(crate) fn group(&mut self, id: u128, members: &[&str], history: Readable) -> &mut Self {
        let mut members = members.iter().map(|id| member(id));
        self.conversation(
            id,
            &ConversationEvent::GroupCreated(GroupCreated {
                name: GroupName::parse(format!("Group {id}")).unwrap(),
                creator: members.next().unwrap(),
                participants: members.collect(),
                history,
            }),
        )
    }

    pub(crate) fn added(&mut self, group: u128, id: &str) -> &mut Self {
        self.conversation(group, &ConversationEvent::ParticipantAdded(participant(id)))
    }

    pub(crate) fn removed(&mut self, group: u128, id: &str) -> &mut Self {
        self.conversation(group, &ConversationEvent::ParticipantRemoved(participant(id)))
    }

    pub(crate) fn left(&mut self, group: u128, id: &str) -> &mut Self {
        self.conversation(group, &ConversationEvent::ParticipantLeft(participant(id)))
    }

    pub(crate) fn conversation(&mut self, id: u128, event: &ConversationEvent) -> &mut Self {
        self.push(StreamId::conversation(&acme(), conversation(id)), event)
    }

    pub(crate) fn sent(&mut self, group: u128, message: u128, author: &str, text: &str) -> &mut Self {
        let event = MessageEvent::MessageSent(MessageSent {
            conversation_id: conversation(group),
            author_id: member(author),
            text: MessageText::parse(text).unwrap(),
            reply_to: None,
            sent_at: time(self.0.len() + 1),
        });
        self.push(StreamId::message(&acme(), message_id(message)), &event)
    }

    fn push(&mut self, stream: StreamId, event: &impl DomainEvent) -> &mut Self {
        let place = self.0.len() + 1;
        let of_stream = self.0.iter().filter(|event| event.recorded.stream == stream).count();
        let recorded = RecordedEvent {
            event_id: Uuid::from_u128(place as u128).into(),
            stream,
            sequence: of_stream as u64 + 1,
            event_type: event.event_type(),
            event_version: event.event_version(),
            payload: serde_json::to_value(event).unwrap(),
            metadata: json!({ "actor": "ada" }),
            position: position(place as u64),
            recorded_at: time(place),
        };
        self.0.push(LogEvent { log_number: place as u64, recorded });
        self
    }
}

/// Where the event of this number stands.
pub(crate) fn position(log_number: u64) -> Position {
    Position { transaction_id: 700 + log_number, position: i64::try_from(log_number).unwrap() }
}

/// When the event of this number happened.
pub(crate) fn time(log_number: usize) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + i64::try_from(log_number).unwrap()).unwrap()
}

pub(crate) fn acme() -> SiteId {
    "acme".parse().unwrap()
}

pub(crate) fn member(id: &str) -> MemberId {
    id.parse().unwrap()
}

pub(crate) fn conversation(id: u128) -> ConversationId {
    Uuid::from_u128(id).into()
}

pub(crate) fn message_id(id: u128) -> MessageId {
    Uuid::from_u128(0xffff_0000 + id).into()
}

pub(crate) fn profile(name: &str) -> MemberProfile {
    MemberProfile { display_name: DisplayName::parse(name).unwrap(), avatar_url: None }
}

pub(crate) fn participant(id: &str) -> Participant {
    Participant { member_id: member(id) }
}
