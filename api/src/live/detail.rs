//! What streams need to show an event beside the event itself: computed once, whoever looks.

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use causerie_domain::{Conversation, Member, Site};
use causerie_events::conversation::History;
use causerie_events::message::MessageSent;
use causerie_events::{ConversationEvent, Event, LogEvent, MemberEvent, MemberId, MessageEvent, MessageId, StreamId};
use causerie_projections::progress;
use causerie_projections::timeline::{self, MessageView, ReplyPreview, Stored};
use causerie_store::{Database, StoreError};
use cqrs_es::Aggregate;

use crate::commands::Commands;

/// How long the timeline may be behind when a changed message is shown.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

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
    Message(Box<LiveMessage>),
    /// Somebody came into a group.
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
    /// The other of a block between members.
    pub(super) other: Option<Member>,
}

/// A message as its readers see it, but for what depends on the reader.
#[derive(Debug)]
pub(super) struct LiveMessage {
    pub(super) view: MessageView,
    /// Who sent it.
    pub(super) author: Option<MemberId>,
    /// When it was sent, as a log number: who may read it follows from this.
    pub(super) log_number: u64,
    /// Likewise for the message it answers.
    pub(super) reply_log_number: Option<u64>,
    /// Whether it is said to the business.
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

impl LiveMessage {
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
}

impl Details {
    /// Of an event; `seq` is the number of a sent message, where it is known.
    pub(super) async fn of(&self, log: &LogEvent, event: &Event, seq: Option<i64>) -> Result<Detail, StoreError> {
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
                let conversation = self.commands.conversation(stream.site_id(), event.conversation_id()).await?;
                let business = matches!(conversation.aggregate, Conversation::Business(_));
                let message = match event {
                    MessageEvent::MessageSent(sent) => self.sent(log, sent, seq, business).await?,
                    _ => self.changed(log, business).await?,
                };
                Ok(message.map_or(Detail::None, |message| Detail::Message(Box::new(message))))
            }
        }
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

    /// A message right after it was sent: the event has all but its number and the preview of what it answers.
    async fn sent(
        &self,
        log: &LogEvent,
        sent: &MessageSent,
        seq: Option<i64>,
        business: bool,
    ) -> Result<Option<LiveMessage>, StoreError> {
        let Ok(id) = log.recorded.stream.local_id().parse() else { return Ok(None) };
        let seq = match seq {
            Some(seq) => seq,
            None => timeline::seq_of(self.database.pool(), log, LONGEST_WAIT).await?,
        };
        let mut view = MessageView::sent(id, sent, seq);
        let mut reply_log_number = None;
        if let Some(reply_to) = sent.reply_to
            && let Some(answered) = self.stored(log, reply_to).await?
        {
            reply_log_number = Some(answered.log_number);
            let MessageView { id, author, text, deleted, .. } = answered.view;
            view.reply_preview = Some(ReplyPreview { id, author, text, deleted });
        }
        Ok(Some(LiveMessage::new(view, log.log_number, reply_log_number, business)))
    }

    /// A message that was sent before and has changed.
    async fn changed(&self, log: &LogEvent, business: bool) -> Result<Option<LiveMessage>, StoreError> {
        let Ok(id) = log.recorded.stream.local_id().parse() else { return Ok(None) };
        progress::wait_until(self.database.pool(), timeline::NAME, LONGEST_WAIT, |checkpoint| {
            checkpoint.log_number >= log.log_number
        })
        .await?;
        let stored = self.stored(log, id).await?;
        Ok(stored.map(|Stored { view, log_number, reply_log_number, .. }| {
            LiveMessage::new(view, log_number, reply_log_number, business)
        }))
    }

    async fn stored(&self, log: &LogEvent, id: MessageId) -> Result<Option<Stored>, StoreError> {
        Ok(timeline::get(self.database.pool(), log.recorded.stream.site_id(), id).await?)
    }
}
