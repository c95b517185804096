//! What a run records: every send with its responses, every frame, every page.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

use causerie_tests::At;
use uuid::Uuid;

/// Microseconds since 1970, as `recorded_at` in the log: all processes are on one machine.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or_default()
}

/// Texts are compared and not displayed, so the history contains hashes.
pub(crate) fn text_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A message within a frame or a page: its id and the hash of its text.
pub(crate) type Content = (Uuid, u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Acknowledged at this position.
    Ok(At),
    Rejected,
    /// No response, or one that leaves the outcome open.
    Unknown,
}

impl Outcome {
    pub(crate) const fn position(self) -> Option<At> {
        match self {
            Self::Ok(at) => Some(at),
            Self::Rejected | Self::Unknown => None,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) began: u64,
    pub(crate) ended: u64,
    pub(crate) outcome: Outcome,
}

/// A message with all attempts to send it under its id.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) site: usize,
    pub(crate) author: &'static str,
    /// Unique over all sites.
    pub(crate) writer: usize,
    pub(crate) counter: u32,
    pub(crate) conversation: Uuid,
    pub(crate) id: Uuid,
    pub(crate) text: String,
    pub(crate) reply_to: Option<Uuid>,
    pub(crate) attempts: Vec<Attempt>,
}

impl Sent {
    /// The position that the first acknowledgement names.
    pub(crate) fn acknowledged(&self) -> Option<At> {
        self.attempts.iter().find_map(|attempt| attempt.outcome.position())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum FrameKind {
    Ready,
    Reset,
    MessageSent,
    MessageChanged,
    ConversationChanged,
    ConversationRemoved,
    ReadMarker,
    #[default]
    Other,
}

impl FrameKind {
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "ready" => Self::Ready,
            "reset" => Self::Reset,
            "message.sent" => Self::MessageSent,
            "message.edited" | "message.deleted" | "message.reacted" => Self::MessageChanged,
            "conversation.changed" => Self::ConversationChanged,
            "conversation.removed" => Self::ConversationRemoved,
            "read_marker.moved" => Self::ReadMarker,
            _ => Self::Other,
        }
    }

    pub(crate) const fn is_message(self) -> bool {
        matches!(self, Self::MessageSent | Self::MessageChanged)
    }

    pub(crate) const fn has_counts(self) -> bool {
        matches!(self, Self::ConversationChanged | Self::ReadMarker)
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// The index of the stream's connection.
    pub(crate) connection: usize,
    pub(crate) received: u64,
    pub(crate) kind: FrameKind,
    pub(crate) at: Option<At>,
    pub(crate) conversation: Uuid,
    pub(crate) message: Uuid,
    pub(crate) seq: u64,
    pub(crate) log_number: u64,
    pub(crate) text: u64,
    /// The quoted message of a reply.
    pub(crate) quoted: Option<Content>,
    /// The last message of a conversation.
    pub(crate) last: Option<Content>,
    pub(crate) unread: i64,
    pub(crate) last_seq: u64,
    pub(crate) read_seq: u64,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Connection {
    pub(crate) requested: u64,
    pub(crate) ready: u64,
    pub(crate) resumed_from: Option<At>,
    /// Whether the log does not contain `resumed_from`.
    pub(crate) invented: bool,
}

/// All that one member saw live, over all connections.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    pub(crate) site: usize,
    pub(crate) member: &'static str,
    /// The connections that became ready.
    pub(crate) connections: Vec<Connection>,
    pub(crate) frames: Vec<Frame>,
    /// Whether it showed the last message of the run.
    pub(crate) finished: bool,
}

impl Stream {
    pub(crate) fn connection_of(&self, frame: &Frame) -> Option<&Connection> {
        self.connections.get(frame.connection)
    }

    pub(crate) fn frames_of(&self, kind: FrameKind) -> impl Iterator<Item = &Frame> {
        self.frames.iter().filter(move |frame| frame.kind == kind)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: Uuid,
    pub(crate) seq: u64,
    pub(crate) text: u64,
    pub(crate) deleted: bool,
    pub(crate) quoted: Option<Content>,
}

#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) site: usize,
    pub(crate) member: &'static str,
    pub(crate) conversation: Uuid,
    /// The position that the request named.
    pub(crate) at: At,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Clone)]
pub(crate) struct ListItem {
    pub(crate) site: usize,
    pub(crate) member: &'static str,
    pub(crate) conversation: Uuid,
    pub(crate) last: Option<Content>,
    pub(crate) unread: i64,
}

/// A request with one correct response, such as the page of a removed member.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) description: String,
    pub(crate) correct: bool,
}

/// The result of a read that named the position of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadBack {
    Shown,
    /// 503: the read model is behind, or the service is unavailable.
    Unavailable,
    /// The reader may no longer read the message.
    Rejected,
    /// The message is missing.
    Stale(Uuid),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) sends: Vec<Sent>,
    /// The positions of acknowledged commands other than sends.
    pub(crate) acknowledged: Vec<At>,
    /// By position, when the acknowledgement of a moderator's command was received.
    pub(crate) acknowledged_at: HashMap<At, u64>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) pages: Vec<Page>,
    pub(crate) lists: Vec<ListItem>,
    /// P9 and P13, requested immediately after the response to a restriction.
    pub(crate) probes: Vec<Probe>,
    /// P12, requested across sites.
    pub(crate) cross_site_probes: Vec<Probe>,
    pub(crate) read_backs: Vec<ReadBack>,
}

impl History {
    pub(crate) fn merge(&mut self, other: Self) {
        self.sends.extend(other.sends);
        self.acknowledged.extend(other.acknowledged);
        self.acknowledged_at.extend(other.acknowledged_at);
        self.streams.extend(other.streams);
        self.pages.extend(other.pages);
        self.lists.extend(other.lists);
        self.probes.extend(other.probes);
        self.cross_site_probes.extend(other.cross_site_probes);
        self.read_backs.extend(other.read_backs);
    }
}
