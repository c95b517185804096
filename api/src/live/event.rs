//! The events and notifications that the hub dispatches to streams, and the data that streams need to show an event.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use causerie_domain::{Member, Site};
use causerie_events::{Event, LogEvent, MemberId, MessageEvent};
use causerie_projections::conversation_list::SeenConversation;
use causerie_projections::timeline::MessageView;

use super::message_numbers::MessageNumber;
use super::shared::SharedLookup;
use super::typing::TypingNotification;

/// A decoded event, shared by the streams that it is dispatched to.
#[derive(Debug)]
pub(super) struct LiveEvent {
    pub(super) log: LogEvent,
    pub(super) event: Event,
    pub(super) number: Option<MessageNumber>,
    /// Whether a message belongs to a conversation with the business; `None` if that is not known.
    pub(super) business: Option<bool>,
    /// The members of the streams that it is dispatched to, if they need [`Self::views`].
    pub(super) members: HashSet<MemberId>,
    pub(super) detail: SharedLookup<EventDetail>,
    /// The changed conversation from the view of each of `members`.
    pub(super) views: SharedLookup<Views>,
}

impl LiveEvent {
    pub(super) fn new(log: LogEvent, event: Event, number: Option<MessageNumber>, business: Option<bool>) -> Self {
        let detail = EventDetail::without_lookup(&log, &event, number, business)
            .map_or_else(SharedLookup::pending, SharedLookup::resolved);
        Self { log, event, number, business, members: HashSet::new(), detail, views: SharedLookup::pending() }
    }
}

#[derive(Debug, Clone)]
pub(super) enum Signal {
    Event(Arc<LiveEvent>),
    Typing(Arc<TypingNotification>),
    /// The log lost events that were dispatched.
    Reset,
}

/// A conversation as each of the listening members sees it.
pub(super) type Views = HashMap<MemberId, SeenConversation>;

/// The subject of an event as of the event.
#[derive(Debug)]
pub(super) enum EventDetail {
    /// The event is enough.
    None,
    Site(Box<Site>),
    Member(Box<MemberChange>),
    Message(Box<MessageDetail>),
    Joined {
        /// Whether the history setting of the group was `all`.
        reads_all: bool,
    },
}

/// A member before and after an event.
#[derive(Debug)]
pub(super) struct MemberChange {
    pub(super) before: Member,
    pub(super) after: Member,
    /// The other member of a block.
    pub(super) other: Option<Member>,
}

/// A message without the parts that depend on the reader.
#[derive(Debug)]
pub(super) struct MessageDetail {
    pub(super) view: MessageView,
    pub(super) author: Option<MemberId>,
    /// The log number of the send, which determines the members that may read the message.
    pub(super) log_number: u64,
    pub(super) reply_log_number: Option<u64>,
    pub(super) business: bool,
    pub(super) encoded: EncodedFrames,
}

/// The encoded frames of a message, one per audience, each encoded once.
#[derive(Debug, Default)]
pub(super) struct EncodedFrames([OnceLock<Bytes>; 4]);

impl EncodedFrames {
    pub(super) fn get_or_encode(&self, collapsed: bool, with_reply: bool, encode: impl FnOnce() -> Bytes) -> Bytes {
        let [plain, with, collapsed_plain, collapsed_with] = &self.0;
        let audience = match (collapsed, with_reply) {
            (false, false) => plain,
            (false, true) => with,
            (true, false) => collapsed_plain,
            (true, true) => collapsed_with,
        };
        audience.get_or_init(encode).clone()
    }
}

impl EventDetail {
    /// The detail of a sent message without a lookup: not a reply, with a known number.
    fn without_lookup(
        log: &LogEvent,
        event: &Event,
        number: Option<MessageNumber>,
        business: Option<bool>,
    ) -> Option<Self> {
        let (Event::Message(MessageEvent::MessageSent(sent)), Some(MessageNumber::Seq(seq)), Some(business)) =
            (event, number, business)
        else {
            return None;
        };
        let id = log.recorded.stream.local_id().parse().ok()?;
        let view = MessageView::sent(id, sent, seq);
        let message = MessageDetail::new(view, log.log_number, None, business);
        sent.reply_to.is_none().then(|| Self::Message(Box::new(message)))
    }
}

impl MessageDetail {
    pub(super) fn new(view: MessageView, log_number: u64, reply_log_number: Option<u64>, business: bool) -> Self {
        let author = view.author.parse().ok();
        Self { view, author, log_number, reply_log_number, business, encoded: EncodedFrames::default() }
    }
}
