//! Live readers: streams cut at any byte, resumed from the last event that had come in whole.

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
use crate::history::{Connection, Frame, Kind, Stream, now, text_hash};
use crate::page_readers::contained;

/// A heartbeat comes every 15 s: a stream silent for longer is dead, and its client comes again.
const SILENCE: Duration = Duration::from_secs(20);

/// A member who watches.
pub(crate) struct StreamReader {
    pub(crate) client: Client,
    pub(crate) chance: Chance,
    /// The text that ends the run; empty until it is known.
    pub(crate) last: watch::Receiver<String>,
    pub(crate) give_up: watch::Receiver<bool>,
    /// How many have seen the end.
    pub(crate) finished: Arc<AtomicUsize>,
}

/// Why a connection ended.
#[derive(PartialEq, Eq)]
enum End {
    Cut,
    Finished,
}

impl StreamReader {
    /// Watches until the last message, or until nobody waits any more.
    pub(crate) async fn watch(mut self) -> Stream {
        let mut stream = Stream { site: self.client.site, member: self.client.id, ..Stream::default() };
        let mut resume: Option<At> = None;
        let mut give_up = self.give_up.clone();
        loop {
            let node = self.chance.below(NODES);
            let (from, invented) = self.resume_position(resume, &stream);
            let ended = tokio::select! {
                ended = self.connection(node, from, invented, &mut resume, &mut stream) => ended,
                _ = give_up.wait_for(|given_up| *given_up) => break,
            };
            if ended == End::Finished {
                stream.finished = true;
                self.finished.fetch_add(1, Ordering::Relaxed);
                break;
            }
            tokio::select! {
                () = sleep(self.chance.between(5, 200)) => {},
                _ = give_up.wait_for(|given_up| *given_up) => break,
            }
        }
        stream
    }

    /// The position to resume from, and whether the log lacks it: mostly the last one seen, now and then that of an event shown
    /// a while before, or an invented one.
    fn resume_position(&mut self, resume: Option<At>, stream: &Stream) -> (Option<At>, bool) {
        let Some(last) = resume.filter(|_| self.last.borrow().is_empty()) else { return (resume, false) };
        match self.chance.below(16) {
            0 => {
                let shown: Vec<At> = stream.frames.iter().rev().filter_map(|frame| frame.at).take(200).collect();
                (shown.get(self.chance.below(shown.len().max(1))).copied().or(resume), false)
            }
            // No transaction of a run appends that many events.
            1 => (Some((last.0, last.1, last.2 + 1_000_000_000)), true),
            _ => (resume, false),
        }
    }

    async fn connection(
        &mut self,
        node: usize,
        from: Option<At>,
        invented: bool,
        resume: &mut Option<At>,
        stream: &mut Stream,
    ) -> End {
        let mut request = self.client.callers[node].request(Method::GET, "/stream");
        if let Some(from) = from {
            request = request.header("last-event-id", token(from));
        }
        let connection = Connection { asked: now(), ready: 0, after: from, invented };
        let Ok(Ok(mut response)) = timeout(SILENCE, request.send()).await else { return End::Cut };
        if response.status() != 200 {
            return End::Cut;
        }
        // Mostly a few kilobytes; now and then for long.
        let mut budget = match self.chance.below(4) {
            0 => self.chance.below(400),
            1 => self.chance.below(5_000),
            2 => self.chance.below(60_000),
            _ => 2_000_000,
        };
        let mut buffer = Vec::new();
        loop {
            let Ok(Ok(Some(chunk))) = timeout(SILENCE, response.chunk()).await else { return End::Cut };
            if !self.last.borrow().is_empty() {
                // At the end of the run nobody hangs up any more.
                budget = u64::MAX;
            }
            let taken = chunk.len().min(usize::try_from(budget).unwrap_or(usize::MAX));
            budget -= taken as u64;
            buffer.extend_from_slice(&chunk[..taken]);
            while let Some(end) = buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = buffer.drain(..end + 2).collect();
                if self.take(&block, connection, resume, stream) == End::Finished {
                    return End::Finished;
                }
            }
            if budget == 0 {
                return End::Cut;
            }
        }
    }

    fn take(&self, block: &[u8], connection: Connection, resume: &mut Option<At>, stream: &mut Stream) -> End {
        let text = String::from_utf8_lossy(block);
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let (Some(kind), Some(data)) = (field("event"), field("data")) else { return End::Cut };
        let id = field("id").and_then(at);
        if id.is_some() {
            *resume = id;
        }
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        if Kind::of(kind) == Kind::Ready {
            stream.connections.push(Connection { ready: now(), ..connection });
        }
        let frame = frame(stream.connections.len().saturating_sub(1), kind, id, &data);
        let last = self.last.borrow();
        let finished = frame.kind == Kind::Sent && !last.is_empty() && data["text"] == **last;
        stream.frames.push(frame);
        if finished { End::Finished } else { End::Cut }
    }
}

fn frame(connection: usize, kind: &str, at: Option<At>, data: &Value) -> Frame {
    let kind = Kind::of(kind);
    let uuid = |field: &str| data[field].as_str().and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default();
    let (conversation, message) = match kind {
        Kind::Sent | Kind::Changed => (uuid("conversation_id"), uuid("id")),
        Kind::Conversation | Kind::Gone => (uuid("id"), Uuid::nil()),
        Kind::Marker => (uuid("conversation_id"), uuid("message")),
        _ => (Uuid::nil(), Uuid::nil()),
    };
    Frame {
        connection,
        came: now(),
        kind,
        at,
        conversation,
        message,
        seq: data["seq"].as_u64().unwrap_or_default(),
        log_number: data["log_number"].as_u64().unwrap_or_default(),
        text: data["text"].as_str().map_or(0, text_hash),
        quoted: contained(&data["reply_preview"]).map(Box::new),
        last: contained(&data["last_message"]).map(Box::new),
        unread: data["unread"].as_i64().unwrap_or_default(),
        last_seq: data["last_seq"].as_u64().unwrap_or_default(),
        read_seq: data[if kind == Kind::Marker { "seq" } else { "read_seq" }].as_u64().unwrap_or_default(),
    }
}
