//! A reader of server-sent events.

use std::fmt::Display;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tokio::time::timeout;

use crate::wait::LIMIT;

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// `message.sent`, …
    pub kind: String,
    /// The position token, on events of the log.
    pub id: Option<String>,
    pub data: Value,
}

impl Shown {
    /// Whether it is about the conversation, message or member with this id, or the message with this text.
    pub fn is_about(&self, what: &str) -> bool {
        ["id", "conversation_id", "text"].iter().any(|field| self.data[*field] == what)
    }
}

/// An open stream. Dropping it hangs up.
#[derive(Debug)]
pub struct Live {
    pub seen: Vec<Shown>,
    response: Response,
    buffer: Vec<u8>,
}

impl Live {
    /// Opens a stream that must be accepted.
    pub async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the service responds");
        assert_eq!(response.status(), 200, "the stream is refused: {:?}", response.text().await);
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        assert_eq!(content_type, Some("text/event-stream"));
        Self::of(response)
    }

    pub fn of(response: Response) -> Self {
        Self { seen: Vec::new(), response, buffer: Vec::new() }
    }

    /// The next event; none if the stream has ended.
    pub async fn next(&mut self) -> Option<Shown> {
        let shown = timeout(LIMIT, self.read()).await;
        shown.unwrap_or_else(|_| panic!("the stream shows nothing for {LIMIT:?}; before: {:#?}", self.seen))
    }

    /// The next event of this kind. Earlier ones are skipped, and are in `seen`.
    pub async fn expect(&mut self, kind: &str) -> Shown {
        loop {
            match self.next().await {
                Some(shown) if shown.kind == kind => return shown,
                Some(_) => {}
                None => panic!("the stream has ended before {kind}; it showed {:#?}", self.seen),
            }
        }
    }

    /// The next event of this kind about this id or text ([`Shown::is_about`]). Earlier ones are skipped, and
    /// are in `seen`.
    pub async fn until(&mut self, kind: &str, about: impl Display) -> Shown {
        let about = about.to_string();
        loop {
            let shown = self.expect(kind).await;
            if shown.is_about(&about) {
                return shown;
            }
        }
    }

    pub fn count(&self, kind: &str) -> usize {
        self.seen.iter().filter(|shown| shown.kind == kind).count()
    }

    /// The data of the next message.
    pub async fn message(&mut self) -> Value {
        self.expect("message.sent").await.data
    }

    /// The data of the next message with this text. A new stream starts from the read models, so it may show
    /// messages that were sent shortly before it was opened.
    pub async fn message_saying(&mut self, text: &str) -> Value {
        loop {
            let message = self.message().await;
            if message["text"] == text {
                return message;
            }
        }
    }

    pub async fn end(&mut self) {
        while self.next().await.is_some() {}
    }

    pub fn texts(&self) -> Vec<String> {
        let messages = self.seen.iter().filter(|shown| shown.kind == "message.sent");
        messages.map(|shown| shown.data["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The id to resume from: that of the last event that has one, as a browser keeps it.
    pub fn last_event_id(&self) -> &str {
        let last = self.seen.iter().rev().find_map(|shown| shown.id.as_deref());
        last.unwrap_or_else(|| panic!("no event had an id: {:#?}", self.seen))
    }

    /// The next event, without a time limit; none if the stream has ended.
    pub async fn read(&mut self) -> Option<Shown> {
        loop {
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(shown) = parse(&block) {
                    self.seen.push(shown.clone());
                    return Some(shown);
                }
            }
            // A closed connection ends the stream too.
            let chunk = self.response.chunk().await.ok()??;
            self.buffer.extend_from_slice(&chunk);
        }
    }
}

/// None for a comment, such as the heartbeat.
fn parse(block: &[u8]) -> Option<Shown> {
    let text = std::str::from_utf8(block).expect("a stream is UTF-8");
    let field = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        value.map(|value| value.strip_prefix(' ').unwrap_or(value).to_owned())
    };
    let data = field("data")?;
    Some(Shown {
        kind: field("event").unwrap_or_default(),
        id: field("id"),
        data: serde_json::from_str(&data).expect("data is one JSON object"),
    })
}
