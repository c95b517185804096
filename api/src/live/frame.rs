//! The frames of the stream. [`Frame`] is the one source of what goes over the wire, of the AsyncAPI document, and so of the
//! types of the web client.

use bytes::Bytes;
use causerie_domain::site::SiteSettings;
use causerie_events::{ConversationId, MemberId, MessageEvent, MessageId, Position, SiteId};
use causerie_projections::conversation_list::ConversationView;
use causerie_projections::member_list::MemberView;
use causerie_projections::timeline::MessageView;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Says that a silent stream is still there.
pub(super) const STILL_THERE: Bytes = Bytes::from_static(b":\n\n");

/// What a stream shows: a kind and its data.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "event", content = "data")]
pub(crate) enum Frame {
    /// The stream shows what happens from now on, or from where it was resumed.
    #[serde(rename = "ready")]
    Ready(Nothing),
    /// A message was sent.
    #[serde(rename = "message.sent")]
    MessageSent(LiveMessage),
    /// The message has another text.
    #[serde(rename = "message.edited")]
    MessageEdited(LiveMessage),
    /// Only a placeholder is left.
    #[serde(rename = "message.deleted")]
    MessageDeleted(LiveMessage),
    /// The reactions to it have changed.
    #[serde(rename = "message.reacted")]
    MessageReacted(LiveMessage),
    /// A conversation as it is now, a new one too. Its counts are as of `as_of`.
    #[serde(rename = "conversation.changed")]
    ConversationChanged(Box<ConversationView>),
    /// The member is in it no more.
    #[serde(rename = "conversation.removed")]
    ConversationRemoved(ConversationRemoved),
    /// The member has read further, on any device.
    #[serde(rename = "read_marker.moved")]
    ReadMarkerMoved(ReadMarkerMoved),
    /// A member as they are now, or that they are seen no more.
    #[serde(rename = "member.changed")]
    MemberChanged(MemberChanged),
    /// The name and the settings of the site.
    #[serde(rename = "site.changed")]
    SiteChanged(SiteChanged),
    /// A participant is typing. Without `id`: it is in no log.
    #[serde(rename = "typing")]
    Typing(TypingShown),
    /// Fetch everything again: the client was away too long, or what its member may see has changed as a whole.
    #[serde(rename = "reset")]
    Reset(Nothing),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Nothing {}

/// A message as its reader sees it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct LiveMessage {
    #[serde(flatten)]
    pub(super) message: MessageView,
    pub(super) conversation_id: ConversationId,
    /// The log number of the event that the frame shows. It changes counts only where it is greater than their `as_of`.
    pub(super) log_number: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MessageFrameKind {
    Sent,
    Edited,
    Deleted,
    Reacted,
}

impl MessageFrameKind {
    pub(super) const fn of(event: &MessageEvent) -> Self {
        match event {
            MessageEvent::MessageSent(_) => Self::Sent,
            MessageEvent::MessageEdited(_) => Self::Edited,
            MessageEvent::MessageDeleted(_) => Self::Deleted,
            MessageEvent::ReactionAdded(_) | MessageEvent::ReactionRemoved(_) => Self::Reacted,
        }
    }

    pub(super) const fn frame(self, message: LiveMessage) -> Frame {
        match self {
            Self::Sent => Frame::MessageSent(message),
            Self::Edited => Frame::MessageEdited(message),
            Self::Deleted => Frame::MessageDeleted(message),
            Self::Reacted => Frame::MessageReacted(message),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ConversationRemoved {
    pub(super) id: ConversationId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ReadMarkerMoved {
    pub(super) conversation_id: ConversationId,
    pub(super) message: MessageId,
    /// The number of that message.
    pub(super) seq: i64,
    /// How many messages stand after it.
    pub(super) unread: i64,
    /// The log number that `unread` is true at.
    pub(super) log_number: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum MemberChanged {
    Seen(Box<MemberView>),
    Gone(MemberGone),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct MemberGone {
    id: MemberId,
    #[schemars(extend("const" = true))]
    gone: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct SiteChanged {
    pub(super) id: SiteId,
    /// Also the `name` of the caller's own conversation with the business.
    pub(super) name: String,
    pub(super) member_chat_enabled: bool,
    pub(super) settings: SiteSettings,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Typing")]
pub(crate) struct TypingShown {
    pub(super) conversation_id: ConversationId,
    pub(super) member: MemberId,
}

impl Frame {
    pub(super) const READY: Self = Self::Ready(Nothing {});
    pub(super) const RESET: Self = Self::Reset(Nothing {});

    pub(super) fn member(view: MemberView) -> Self {
        Self::MemberChanged(MemberChanged::Seen(Box::new(view)))
    }

    pub(super) const fn member_gone(id: MemberId) -> Self {
        Self::MemberChanged(MemberChanged::Gone(MemberGone { id, gone: true }))
    }

    /// As `text/event-stream` has it. `id` is the position token, for events of the log. JSON has no line ends within, so each
    /// field is one line.
    pub(super) fn encode(&self, id: Option<Position>) -> Bytes {
        // Frames are plain structs: writing them cannot fail.
        let written = serde_json::to_value(self).unwrap_or_default();
        let kind = written.get("event").and_then(Value::as_str).unwrap_or_default();
        let data = written.get("data").unwrap_or(&Value::Null);
        match id {
            Some(id) => format!("event: {kind}\nid: {id}\ndata: {data}\n\n").into(),
            None => format!("event: {kind}\ndata: {data}\n\n").into(),
        }
    }
}

pub(super) fn joined(first: &Bytes, second: &Bytes) -> Bytes {
    [first.as_ref(), second.as_ref()].concat().into()
}

/// What a stream that ends because the service stops says last: when to come back.
pub(crate) fn farewell(come_back: std::time::Duration) -> Bytes {
    format!(": the service is stopping\nretry: {}\n\n", come_back.as_millis()).into()
}
