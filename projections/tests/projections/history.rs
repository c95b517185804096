//! Builds histories of events that were never in a log; projections do not depend on their source.

use std::sync::Arc;

use causerie_events::conversation::{DirectConversationStarted, GroupCreated, History as Readable, Participant};
use causerie_events::member::{Badge, Contact, MemberProfile, MemberProfileChanged, MemberRegistered, Role};
use causerie_events::message::{MessageDeleted, MessageEdited, MessageSent, Reaction};
use causerie_events::participation::ReadMarker;
use causerie_events::site::SiteRegistered;
use causerie_events::{
    ConversationEvent, ConversationId, DisplayName, DomainEvent, Emoji, GroupName, LogEvent, MemberEvent, MemberId,
    MessageEvent, MessageId, MessageText, ParticipationEvent, Position, RecordedEvent, SiteEvent, SiteId, SiteName,
    StreamId,
};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// What happened on the site `acme`, in order. One event a second, from 1 January 2026 on.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<LogEvent>);

impl History {
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
        self.member(
            id,
            &MemberEvent::MemberRegistered(MemberRegistered {
                profile: profile(name),
                community,
                pending,
                profile_as_of: None,
            }),
        )
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

    pub(crate) fn direct(&mut self, id: u128, starter: &str, peer: &str) -> &mut Self {
        let (starter, peer) = (member(starter), member(peer));
        self.conversation(
            id,
            &ConversationEvent::DirectConversationStarted(DirectConversationStarted { starter, peer }),
        )
    }

    pub(crate) fn business(&mut self, id: u128, whose: &str) -> &mut Self {
        self.conversation(id, &ConversationEvent::BusinessConversationStarted(participant(whose)))
    }

    pub(crate) fn sent(&mut self, group: u128, message: u128, author: &str, text: &str) -> &mut Self {
        self.say(group, message, author, text, None)
    }

    pub(crate) fn replied(&mut self, group: u128, message: u128, author: &str, to: u128) -> &mut Self {
        self.say(group, message, author, "reply", Some(message_id(to)))
    }

    fn say(&mut self, group: u128, message: u128, author: &str, text: &str, reply_to: Option<MessageId>) -> &mut Self {
        let event = MessageEvent::MessageSent(MessageSent {
            conversation_id: conversation(group),
            author_id: member(author),
            text: MessageText::parse(text).unwrap(),
            reply_to,
            sent_at: time(self.0.len() + 1),
            conversation_version: 0,
        });
        self.message(message, &event)
    }

    pub(crate) fn edited(&mut self, group: u128, message: u128, text: &str) -> &mut Self {
        let (text, edited_at) = (MessageText::parse(text).unwrap(), time(self.0.len() + 1));
        let event = MessageEdited { conversation_id: conversation(group), text, edited_at };
        self.message(message, &MessageEvent::MessageEdited(event))
    }

    pub(crate) fn deleted(&mut self, group: u128, message: u128, by: &str) -> &mut Self {
        let event = MessageDeleted { conversation_id: conversation(group), deleted_by: member(by) };
        self.message(message, &MessageEvent::MessageDeleted(event))
    }

    pub(crate) fn reacted(&mut self, group: u128, message: u128, who: &str, emoji: &str) -> &mut Self {
        self.message(message, &MessageEvent::ReactionAdded(reaction(group, who, emoji)))
    }

    pub(crate) fn took_back(&mut self, group: u128, message: u128, who: &str, emoji: &str) -> &mut Self {
        self.message(message, &MessageEvent::ReactionRemoved(reaction(group, who, emoji)))
    }

    pub(crate) fn message(&mut self, message: u128, event: &MessageEvent) -> &mut Self {
        self.push(StreamId::message(&acme(), message_id(message)), event)
    }

    pub(crate) fn read(&mut self, group: u128, who: &str, message: u128) -> &mut Self {
        let marker = ReadMarker { message_id: message_id(message), position: Position::default() };
        self.participation(group, who, &ParticipationEvent::ReadMarkerMoved(marker))
    }

    pub(crate) fn participation(&mut self, group: u128, who: &str, event: &ParticipationEvent) -> &mut Self {
        self.push(StreamId::participation(&acme(), conversation(group), &member(who)), event)
    }

    pub(crate) fn role(&mut self, who: &str, role: &str) -> &mut Self {
        self.member(who, &MemberEvent::RoleAssigned(Role { role: role.parse().unwrap() }))
    }

    pub(crate) fn badge(&mut self, who: &str, badge: &str) -> &mut Self {
        self.member(who, &MemberEvent::BadgeAssigned(Badge { badge: badge.parse().unwrap() }))
    }

    pub(crate) fn blocks(&mut self, who: &str, whom: &str) -> &mut Self {
        self.member(who, &MemberEvent::ContactBlocked(Contact { member_id: member(whom) }))
    }

    pub(crate) fn unblocks(&mut self, who: &str, whom: &str) -> &mut Self {
        self.member(who, &MemberEvent::ContactUnblocked(Contact { member_id: member(whom) }))
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
        self.0.push(LogEvent::new(place as u64, recorded));
        self
    }
}

/// An event, to be made another one.
pub(crate) fn altered(event: &mut LogEvent) -> &mut RecordedEvent {
    Arc::make_mut(&mut event.recorded)
}

pub(crate) fn position(log_number: u64) -> Position {
    Position { epoch: 0, transaction_id: 700 + log_number, position: i64::try_from(log_number).unwrap() }
}

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

fn reaction(group: u128, who: &str, emoji: &str) -> Reaction {
    Reaction { conversation_id: conversation(group), member_id: member(who), emoji: Emoji::parse(emoji).unwrap() }
}

pub(crate) const fn profile_changed(profile: MemberProfile) -> MemberEvent {
    MemberEvent::MemberProfileChanged(MemberProfileChanged { profile, profile_as_of: None })
}
