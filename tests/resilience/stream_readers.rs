//! Stream readers: live streams that are cut at any byte and resumed after the last complete event.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use causerie_tests::{At, Chance, at, token};
use reqwest::Method;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::client::{Client, NODES};
use crate::history::{Connection, Frame, FrameKind, Stream, now, text_hash};
use crate::page_readers::{content, uuid};

/// Longer than the interval of 15 s between heartbeats: a stream that is silent for longer is dead.
const HEARTBEAT_LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct StreamReader {
    pub(crate) client: Client,
    pub(crate) chance: Chance,
    /// The text of the last message of the run. Empty until the run ends.
    pub(crate) last: watch::Receiver<String>,
    pub(crate) give_up: watch::Receiver<bool>,
    /// The number of readers that have seen the last message.
    pub(crate) finished: Arc<AtomicUsize>,
    pub(crate) stream: Stream,
    /// The position of the last complete event.
    pub(crate) resume: Option<At>,
}

impl StreamReader {
    /// Reads up to the last message of the run, or until the run gives up.
    pub(crate) async fn read(mut self) -> Stream {
        let mut give_up = self.give_up.clone();
        let finish = async {
            while !self.connect().await {
                sleep(self.chance.between(5, 200)).await;
            }
            self.stream.finished = true;
            self.finished.fetch_add(1, Ordering::Relaxed);
        };
        tokio::select! {
            () = finish => {}
            _ = give_up.wait_for(|given_up| *given_up) => {}
        }
        self.stream
    }

    /// The position to resume from, and whether it is invented: usually the last one shown,
    /// sometimes that of an event shown long before, or one that the log does not contain.
    fn resume_position(&mut self) -> (Option<At>, bool) {
        let Some(last) = self.resume.filter(|_| self.last.borrow().is_empty()) else { return (self.resume, false) };
        match self.chance.below(16) {
            0 => {
                let shown: Vec<At> = self.stream.frames.iter().rev().filter_map(|frame| frame.at).take(200).collect();
                (Some(*self.chance.pick(&shown)), false)
            }
            // No transaction of a run appends that many events.
            1 => (Some((last.0, last.1, last.2 + 1_000_000_000)), true),
            _ => (Some(last), false),
        }
    }

    /// Reads one connection. Returns whether it showed the last message of the run.
    async fn connect(&mut self) -> bool {
        let node = self.chance.below(NODES);
        let (resumed_from, invented) = self.resume_position();
        let mut request = self.client.callers[node].request(Method::GET, "/stream");
        if let Some(position) = resumed_from {
            request = request.header("last-event-id", token(position));
        }
        let connection = Connection { requested: now(), ready: 0, resumed_from, invented };
        let Ok(Ok(mut response)) = timeout(HEARTBEAT_LIMIT, request.send()).await else { return false };
        if response.status() != 200 {
            return false;
        }
        let most_bytes = *self.chance.pick(&[400, 5_000, 60_000, 2_000_000]);
        let mut bytes_left = if most_bytes < 2_000_000 { self.chance.below(most_bytes) } else { most_bytes };
        let mut buffer = Vec::new();
        loop {
            let Ok(Ok(Some(chunk))) = timeout(HEARTBEAT_LIMIT, response.chunk()).await else { return false };
            if !self.last.borrow().is_empty() {
                // At the end of the run the reader cuts no more connections.
                bytes_left = usize::MAX;
            }
            let length = chunk.len().min(bytes_left);
            bytes_left -= length;
            buffer.extend_from_slice(&chunk[..length]);
            while let Some(end) = buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = buffer.drain(..end + 2).collect();
                if self.record(&block, connection) {
                    return true;
                }
            }
            if bytes_left == 0 {
                return false;
            }
        }
    }

    /// Records a complete event. Returns whether it is the last message of the run.
    fn record(&mut self, block: &[u8], connection: Connection) -> bool {
        let text = String::from_utf8_lossy(block);
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let (Some(kind), Some(data)) = (field("event"), field("data")) else { return false };
        let (kind, position) = (FrameKind::of(kind), field("id").and_then(at));
        self.resume = position.or(self.resume);
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        if kind == FrameKind::Ready {
            self.stream.connections.push(Connection { ready: now(), ..connection });
        }
        self.stream.frames.push(frame(self.stream.connections.len().saturating_sub(1), kind, position, &data));
        let last = self.last.borrow();
        kind == FrameKind::MessageSent && !last.is_empty() && data["text"] == **last
    }
}

fn frame(connection: usize, kind: FrameKind, at: Option<At>, data: &Value) -> Frame {
    let (conversation, message) = match kind {
        FrameKind::MessageSent | FrameKind::MessageChanged => (uuid(&data["conversation_id"]), uuid(&data["id"])),
        FrameKind::ConversationChanged | FrameKind::ConversationRemoved => (uuid(&data["id"]), Uuid::nil()),
        FrameKind::ReadMarker => (uuid(&data["conversation_id"]), uuid(&data["message"])),
        FrameKind::Ready | FrameKind::Reset | FrameKind::Other => (Uuid::nil(), Uuid::nil()),
    };
    let number = |field: &str| data[field].as_u64().unwrap_or_default();
    Frame {
        connection,
        received: now(),
        kind,
        at,
        conversation,
        message,
        seq: number("seq"),
        log_number: number("log_number"),
        text: data["text"].as_str().map_or(0, text_hash),
        quoted: content(&data["reply_preview"]),
        last: content(&data["last_message"]),
        unread: data["unread"].as_i64().unwrap_or_default(),
        last_seq: number("last_seq"),
        read_seq: number(if kind == FrameKind::ReadMarker { "seq" } else { "read_seq" }),
    }
}
