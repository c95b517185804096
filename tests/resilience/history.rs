//! What a run writes down: every send with its answers, every live event, every page. What the checker judges.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

use causerie_tests::At;
use uuid::Uuid;

/// Microseconds since 1970, as the log's `recorded_at`: all parts are on one machine.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or_default()
}

/// Texts are compared, not kept.
pub(crate) fn text_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What became of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Acknowledged, standing at this place.
    Ok(At),
    /// Refused.
    Refused,
    /// No answer, or one that leaves it open.
    Unknown,
}

#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) began: u64,
    pub(crate) ended: u64,
    pub(crate) outcome: Outcome,
}

/// A message as its writer sent it, with all attempts under its one id.
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
    /// Where it stands, if any answer said so.
    pub(crate) fn acknowledged(&self) -> Option<At> {
        self.attempts.iter().find_map(|attempt| match attempt.outcome {
            Outcome::Ok(at) => Some(at),
            _ => None,
        })
    }

    /// Whether every answer was a refusal.
    pub(crate) fn refused(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.outcome == Outcome::Refused)
    }
}

/// Kinds of live events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Ready,
    Reset,
    Sent,
    Changed,
    Conversation,
    Gone,
    Marker,
    Other,
}

impl Kind {
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "ready" => Self::Ready,
            "reset" => Self::Reset,
            "message.sent" => Self::Sent,
            "message.edited" | "message.deleted" | "message.reacted" => Self::Changed,
            "conversation.changed" => Self::Conversation,
            "conversation.removed" => Self::Gone,
            "read_marker.moved" => Self::Marker,
            _ => Self::Other,
        }
    }
}

/// A live event.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Which connection of the stream brought it, and when.
    pub(crate) connection: usize,
    pub(crate) came: u64,
    pub(crate) kind: Kind,
    pub(crate) at: Option<At>,
    pub(crate) conversation: Uuid,
    pub(crate) message: Uuid,
    pub(crate) seq: u64,
    /// Of messages: the number of the event in the log.
    pub(crate) log_number: u64,
    pub(crate) text: u64,
    /// The quoted message of a response, and the last message of a conversation: which, and its text.
    pub(crate) quoted: Option<Box<(Uuid, u64)>>,
    pub(crate) last: Option<Box<(Uuid, u64)>>,
    /// Of conversations and markers.
    pub(crate) unread: i64,
    /// The number of the last message, of conversations, and of the last one that was read.
    pub(crate) last_seq: u64,
    pub(crate) read_seq: u64,
}

/// A connection of a stream.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Connection {
    /// When it was asked for, and when it said that it was ready.
    pub(crate) asked: u64,
    pub(crate) ready: u64,
    /// The place it was resumed from.
    pub(crate) after: Option<At>,
    /// Whether that place is not in the log.
    pub(crate) invented: bool,
}

/// All that one member saw live, over all their connections.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stream {
    pub(crate) site: usize,
    pub(crate) member: &'static str,
    /// Of each connection that said that it was ready.
    pub(crate) connections: Vec<Connection>,
    pub(crate) frames: Vec<Frame>,
    /// Whether it saw the last message of the run.
    pub(crate) finished: bool,
}

/// A message on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) id: Uuid,
    pub(crate) seq: u64,
    pub(crate) text: u64,
    pub(crate) deleted: bool,
    pub(crate) quoted: Option<(Uuid, u64)>,
}

/// A page that was read.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) site: usize,
    pub(crate) member: &'static str,
    pub(crate) conversation: Uuid,
    /// The position that the reader had asked for.
    pub(crate) at: At,
    pub(crate) items: Vec<Item>,
}

/// A list item that was read: which conversation, and its preview.
#[derive(Debug, Clone)]
pub(crate) struct ListItem {
    pub(crate) site: usize,
    pub(crate) member: &'static str,
    pub(crate) conversation: Uuid,
    pub(crate) last: Option<(Uuid, u64)>,
    pub(crate) unread: i64,
}

/// A question with one right answer, such as whether a removed member can still read.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) what: String,
    pub(crate) right: bool,
}

/// A read that named a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadBack {
    Shown,
    /// 503: the read model is behind, or the service is not there.
    Behind,
    /// The reader may not read it any more.
    Refused,
    /// Neither.
    Stale(Uuid),
}

/// Everything of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    pub(crate) sends: Vec<Sent>,
    /// Where acknowledged commands other than sends were said to cluster.
    pub(crate) acknowledged: Vec<At>,
    /// When the acknowledgement of an event came.
    pub(crate) known: HashMap<At, u64>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) pages: Vec<Page>,
    pub(crate) lists: Vec<ListItem>,
    /// P9 and P13, asked right after the answer that forbids.
    pub(crate) probes: Vec<Probe>,
    /// P12, asked across sites.
    pub(crate) cross_site_probes: Vec<Probe>,
    pub(crate) read_backs: Vec<ReadBack>,
}

impl History {
    pub(crate) fn merge(&mut self, other: Self) {
        self.sends.extend(other.sends);
        self.acknowledged.extend(other.acknowledged);
        self.known.extend(other.known);
        self.streams.extend(other.streams);
        self.pages.extend(other.pages);
        self.lists.extend(other.lists);
        self.probes.extend(other.probes);
        self.cross_site_probes.extend(other.cross_site_probes);
        self.read_backs.extend(other.read_backs);
    }
}
