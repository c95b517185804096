//! Data of an event that streams need to show it, loaded once for all streams.

use std::sync::Arc;

use causerie_domain::{Conversation, Member, Message, Site};
use causerie_events::conversation::History;
use causerie_events::{
    Aggregate, ConversationEvent, ConversationId, Event, LogEvent, MemberEvent, MessageEvent, MessageId, StreamId,
};
use causerie_projections::timeline::{self, MessagePlace, MessageView, ReplyPreview};
use causerie_store::{Database, StoreError};

use super::event::{EventDetail, LiveEvent, MemberChange, MessageDetail};
use super::message_numbers::{MessageNumber, MessageNumbers};
use super::shared::LOOKUP_TIMEOUT;
use crate::commands::Commands;
use crate::views::{message_view, reply_preview};

#[derive(Debug, Clone)]
pub(super) struct DetailLoader {
    pub(super) database: Database,
    pub(super) commands: Commands,
    pub(super) numbers: MessageNumbers,
}

impl DetailLoader {
    /// The detail of a dispatched event, loaded once.
    pub(super) async fn of<'a>(&self, live: &'a LiveEvent) -> Result<&'a EventDetail, Arc<StoreError>> {
        live.detail.get(self.look_up(&live.log, &live.event, live.number)).await
    }

    /// Loads the detail of an event. `number` is the number of a sent message if it was counted.
    pub(super) async fn look_up(
        &self,
        log: &LogEvent,
        event: &Event,
        number: Option<MessageNumber>,
    ) -> Result<EventDetail, StoreError> {
        let stream = &log.recorded.stream;
        match event {
            Event::Site(_) => {
                let site = self.database.load_at::<Site>(stream.clone(), log.recorded.sequence).await?;
                Ok(EventDetail::Site(Box::new(site.aggregate)))
            }
            Event::Conversation(ConversationEvent::ParticipantAdded(_)) => {
                let group = self.database.load_at::<Conversation>(stream.clone(), log.recorded.sequence).await?;
                let reads_all = matches!(&group.aggregate, Conversation::Group(group) if group.history == History::All);
                Ok(EventDetail::Joined { reads_all })
            }
            Event::Member(MemberEvent::LogReplayed(_))
            | Event::Conversation(_)
            | Event::Participation(_)
            | Event::System(_) => Ok(EventDetail::None),
            Event::Member(event) => Ok(EventDetail::Member(Box::new(self.member_change(log, event).await?))),
            Event::Message(event) => {
                let message = self.message(log, event, number).await?;
                Ok(message.map_or(EventDetail::None, |message| EventDetail::Message(Box::new(message))))
            }
        }
    }

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
                // As of the event. Later changes follow as events.
                Some(self.database.load_until::<Member>(other, log.recorded.position).await?.aggregate)
            }
            _ => None,
        };
        Ok(MemberChange { before, after, other })
    }

    /// A message as of the event. `None` if the timeline has passed it without a row: events of its
    /// conversation are parked, so readers do not see the message.
    async fn message(
        &self,
        log: &LogEvent,
        event: &MessageEvent,
        number: Option<MessageNumber>,
    ) -> Result<Option<MessageDetail>, StoreError> {
        let stream = &log.recorded.stream;
        let Ok(id) = stream.local_id().parse::<MessageId>() else { return Ok(None) };
        let conversation = event.conversation_id();
        let place = match number {
            Some(MessageNumber::Seq(seq)) => Some(MessagePlace { seq, log_number: log.log_number }),
            _ => self.place(log, id).await?,
        };
        let Some(MessagePlace { seq, log_number }) = place else { return Ok(None) };
        if let Some(MessageNumber::Nth { run, nth }) = number {
            self.numbers.continue_run(stream.site_id(), conversation, run, nth, seq);
        }
        let mut view = if let MessageEvent::MessageSent(sent) = event {
            MessageView::sent(id.as_uuid(), sent, seq)
        } else {
            // A change shows the whole message.
            let message = self.database.load_at::<Message>(stream.clone(), log.recorded.sequence).await?;
            let Message::Posted(posted) = message.aggregate else { return Ok(None) };
            message_view(id, &posted, seq)
        };
        let mut reply_log_number = None;
        if let Some(reply_to) = view.reply_to
            && let Some((sent_at, preview)) = self.reply_target(log, conversation, reply_to.into()).await?
        {
            reply_log_number = Some(sent_at);
            view.reply_preview = Some(preview);
        }
        let business = self.is_business(log, conversation).await?;
        Ok(Some(MessageDetail::new(view, log_number, reply_log_number, business)))
    }

    /// The message that another one replies to, as of the event, with the log number of its send.
    async fn reply_target(
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

    /// The number and the log number of a message that was sent with this event or before it.
    async fn place(&self, log: &LogEvent, id: MessageId) -> Result<Option<MessagePlace>, StoreError> {
        let site = log.recorded.stream.site_id();
        if let Some(place) = self.numbers.get(site, id) {
            return Ok(Some(place));
        }
        let place = timeline::place_of(self.database.pool(), site, id, log.log_number, LOOKUP_TIMEOUT).await?;
        if let Some(place) = place {
            self.numbers.cache(site, id, place);
        }
        Ok(place)
    }
}
