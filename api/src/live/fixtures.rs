//! Dispatched events without a log, for tests.

use causerie_domain::Member;
use causerie_events::member::{MemberProfile, MemberRegistered};
use causerie_events::message::MessageSent;
use causerie_events::{
    Aggregate, ConversationId, DisplayName, Event, LogEvent, MemberEvent, MemberId, MessageEvent, MessageText,
    Position, RecordedEvent, SiteId, StreamId,
};
use causerie_projections::timeline::MessageView;
use jiff::Timestamp;
use uuid::Uuid;

use super::event::{EventDetail, LiveEvent, MessageDetail};
use super::shared::SharedLookup;

pub(super) fn acme() -> SiteId {
    "acme".parse().unwrap()
}

pub(super) fn id(name: &str) -> MemberId {
    name.parse().unwrap()
}

pub(super) fn registered(community: bool) -> Member {
    let profile = MemberProfile { display_name: DisplayName::parse("Ada").unwrap(), avatar_url: None };
    let mut member = Member::Missing;
    member.apply(MemberEvent::MemberRegistered(MemberRegistered {
        profile,
        community,
        pending: false,
        profile_as_of: None,
    }));
    member
}

/// An event of this stream without a payload.
pub(super) fn recorded(stream: StreamId, sequence: u64) -> RecordedEvent {
    RecordedEvent {
        event_id: Uuid::nil().into(),
        stream,
        sequence,
        event_type: String::new(),
        event_version: String::new(),
        payload: serde_json::Value::Null,
        metadata: serde_json::Value::Null,
        position: Position::START,
        recorded_at: Timestamp::UNIX_EPOCH,
    }
}

/// A message of ada's, sent as the event with this log number.
pub(super) fn message(to: ConversationId, log_number: u64, business: bool) -> LiveEvent {
    let sent = MessageSent {
        conversation_id: to,
        author_id: id("ada"),
        text: MessageText::parse("hello").unwrap(),
        reply_to: None,
        sent_at: Timestamp::UNIX_EPOCH,
        conversation_version: 1,
    };
    let view = MessageView::sent(Uuid::nil(), &sent, 1);
    let log = LogEvent::new(log_number, recorded(StreamId::message(&acme(), Uuid::nil().into()), 1));
    let detail = EventDetail::Message(Box::new(MessageDetail::new(view, log_number, None, business)));
    let event = Event::Message(MessageEvent::MessageSent(sent));
    LiveEvent { detail: SharedLookup::resolved(detail), ..LiveEvent::new(log, event, None, Some(business)) }
}
