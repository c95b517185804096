//! What streams need to show an event beside the event itself: from the log, as of the event, looked up once for all
//! streams.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use causerie_domain::{Conversation, Member, Message, Site};
use causerie_events::conversation::History;
use causerie_events::{
    Aggregate, ConversationEvent, ConversationId, Event, LogEvent, MemberEvent, MemberId, MessageEvent, MessageId,
    StreamId,
};
use causerie_projections::timeline::{self, MessagePlace, MessageView, ReplyPreview};
use causerie_store::{Database, StoreError};

use super::hub::LiveEvent;
use super::places::{Numbered, Places};
use super::shared::LOOK_UP_LIMIT;
use crate::commands::Commands;
use crate::views::{message_view, reply_preview};

/// What an event is about, as it stood with the event.
#[derive(Debug)]
pub(super) enum Detail {
    /// Nothing more than the event says.
    None,
    /// The site after the event.
    Site(Box<Site>),
    /// A member before and after the event.
    Member(Box<MemberChange>),
    /// A message.
    Message(Box<MessageDetail>),
    /// A member joined a group.
    Newcomer {
        /// Whether the group let newcomers read everything.
        reads_all: bool,
    },
}

/// A member before and after an event.
#[derive(Debug)]
pub(super) struct MemberChange {
    pub(super) before: Member,
    pub(super) after: Member,
    /// The second member of a block.
    pub(super) other: Option<Member>,
}

/// A message as its readers see it, but for what depends on the reader.
#[derive(Debug)]
pub(super) struct MessageDetail {
    pub(super) view: MessageView,
    /// Who sent it.
    pub(super) author: Option<MemberId>,
    /// When it was sent, as a log number: who may read it follows from this.
    pub(super) log_number: u64,
    /// Likewise for the message it answers.
    pub(super) reply_log_number: Option<u64>,
    /// Whether it is sent to the business.
    pub(super) business: bool,
    /// What goes over the wire, for each of the audiences.
    pub(super) written: Written,
}

/// The frames of a message: each is written once, when the first of its audience is shown it, and shared by all others.
#[derive(Debug, Default)]
pub(super) struct Written([OnceLock<Bytes>; 4]);

impl Written {
    /// The frame for those who see it so.
    pub(super) fn once(&self, collapsed: bool, with_reply: bool, write: impl FnOnce() -> Bytes) -> Bytes {
        let [plain, with, collapsed_plain, collapsed_with] = &self.0;
        let audience = match (collapsed, with_reply) {
            (false, false) => plain,
            (false, true) => with,
            (true, false) => collapsed_plain,
            (true, true) => collapsed_with,
        };
        audience.get_or_init(write).clone()
    }
}

impl MessageDetail {
    pub(super) fn new(view: MessageView, log_number: u64, reply_log_number: Option<u64>, business: bool) -> Self {
        let author = view.author.parse().ok();
        Self { view, author, log_number, reply_log_number, business, written: Written::default() }
    }
}

/// Finds the details.
#[derive(Debug, Clone)]
pub(super) struct Details {
    pub(super) database: Database,
    pub(super) commands: Commands,
    pub(super) places: Places,
}

impl Details {
    /// Of an event that the hub hands out.
    pub(super) async fn of<'a>(&self, live: &'a LiveEvent) -> Result<&'a Detail, Arc<StoreError>> {
        live.detail.get(self.look_up(&live.log, &live.event, live.numbered)).await
    }

    /// Where nothing has to be looked up, at once: a message that answers no other, in a conversation that is counted.
    pub(super) fn at_once(
        log: &LogEvent,
        event: &Event,
        numbered: Option<Numbered>,
        business: Option<bool>,
    ) -> Option<Detail> {
        let (Event::Message(MessageEvent::MessageSent(sent)), Some(Numbered::Seq(seq)), Some(business)) =
            (event, numbered, business)
        else {
            return None;
        };
        let id = log.recorded.stream.local_id().parse().ok()?;
        let view = MessageView::sent(id, sent, seq);
        let message = MessageDetail::new(view, log.log_number, None, business);
        sent.reply_to.is_none().then(|| Detail::Message(Box::new(message)))
    }

    /// Of an event of the log. `numbered` is the number of a sent message, where it was counted.
    pub(super) async fn look_up(
        &self,
        log: &LogEvent,
        event: &Event,
        numbered: Option<Numbered>,
    ) -> Result<Detail, StoreError> {
        let stream = &log.recorded.stream;
        match event {
            Event::Site(_) => {
                let site = self.database.load_at::<Site>(stream.clone(), log.recorded.sequence).await?;
                Ok(Detail::Site(Box::new(site.aggregate)))
            }
            Event::Conversation(ConversationEvent::ParticipantAdded(_)) => {
                let group = self.database.load_at::<Conversation>(stream.clone(), log.recorded.sequence).await?;
                let reads_all = matches!(&group.aggregate, Conversation::Group(group) if group.history == History::All);
                Ok(Detail::Newcomer { reads_all })
            }
            Event::Member(MemberEvent::LogReplayed(_))
            | Event::Conversation(_)
            | Event::Participation(_)
            | Event::System(_) => Ok(Detail::None),
            Event::Member(event) => Ok(Detail::Member(Box::new(self.member_change(log, event).await?))),
            Event::Message(event) => {
                let message = self.message(log, event, numbered).await?;
                Ok(message.map_or(Detail::None, |message| Detail::Message(Box::new(message))))
            }
        }
    }

    /// Whether a conversation is with the business.
    pub(super) async fn is_business(&self, log: &LogEvent, id: ConversationId) -> Result<bool, StoreError> {
        let conversation = self.commands.conversation(log.recorded.stream.site_id(), id).await?;
        Ok(matches!(conversation.aggregate, Conversation::Business(_)))
    }

    async fn member_change(&self, log: &LogEvent, event: &MemberEvent) -> Result<MemberChange, StoreError> {
        let stream = &log.recorded.stream;
        let before = self.database.load_at::<Member>(stream.clone(), log.recorded.sequence - 1).await?.aggregate;
        let mut after = before.clone();
        after.apply(event.clone());
        let other = match event {
            MemberEvent::ContactBlocked(contact) | MemberEvent::ContactUnblocked(contact) => {
                let other = StreamId::member(stream.site_id(), &contact.member_id);
                // As they were then: what they have done since comes later.
                Some(self.database.load_until::<Member>(other, log.recorded.position).await?.aggregate)
            }
            _ => None,
        };
        Ok(MemberChange { before, after, other })
    }

    /// A message as it was with the event. None where the timeline has passed it without a row for it: events of its
    /// conversation are parked, and no reader is shown the message.
    async fn message(
        &self,
        log: &LogEvent,
        event: &MessageEvent,
        numbered: Option<Numbered>,
    ) -> Result<Option<MessageDetail>, StoreError> {
        let stream = &log.recorded.stream;
        let Ok(id) = stream.local_id().parse::<MessageId>() else { return Ok(None) };
        let conversation = event.conversation_id();
        let place = match numbered {
            Some(Numbered::Seq(seq)) => Some(MessagePlace { seq, log_number: log.log_number }),
            _ => self.place(log, id).await?,
        };
        let Some(MessagePlace { seq, log_number }) = place else { return Ok(None) };
        if let Some(Numbered::Nth { run, nth }) = numbered {
            self.places.found(stream.site_id(), conversation, run, nth, seq);
        }
        let mut view = match event {
            MessageEvent::MessageSent(sent) => MessageView::sent(id.as_uuid(), sent, seq),
            MessageEvent::MessageEdited(_)
            | MessageEvent::MessageDeleted(_)
            | MessageEvent::ReactionAdded(_)
            | MessageEvent::ReactionRemoved(_) => {
                let message = self.database.load_at::<Message>(stream.clone(), log.recorded.sequence).await?;
                let Message::Posted(posted) = message.aggregate else { return Ok(None) };
                message_view(id, &posted, seq)
            }
        };
        let mut reply_log_number = None;
        if let Some(reply_to) = view.reply_to
            && let Some((sent_at, preview)) = self.answered(log, conversation, reply_to.into()).await?
        {
            reply_log_number = Some(sent_at);
            view.reply_preview = Some(preview);
        }
        let business = self.is_business(log, conversation).await?;
        Ok(Some(MessageDetail::new(view, log_number, reply_log_number, business)))
    }

    /// The message that another answers, as it was with the event, and where it was sent in the log.
    async fn answered(
        &self,
        log: &LogEvent,
        conversation: ConversationId,
        id: MessageId,
    ) -> Result<Option<(u64, ReplyPreview)>, StoreError> {
        let stream = StreamId::message(log.recorded.stream.site_id(), id);
        let message = self.database.load_until::<Message>(stream, log.recorded.position).await?;
        let Message::Posted(posted) = message.aggregate else { return Ok(None) };
        if posted.sent.conversation_id != conversation {
            return Ok(None);
        }
        Ok(self.place(log, id).await?.map(|place| (place.log_number, reply_preview(id, &posted))))
    }

    /// Where a message stands that was sent with this event or before it.
    async fn place(&self, log: &LogEvent, id: MessageId) -> Result<Option<MessagePlace>, StoreError> {
        let site = log.recorded.stream.site_id();
        if let Some(place) = self.places.get(site, id) {
            return Ok(Some(place));
        }
        let place = timeline::place_of(self.database.pool(), site, id, log.log_number, LOOK_UP_LIMIT).await?;
        if let Some(place) = place {
            self.places.cache(site, id, place);
        }
        Ok(place)
    }
}
