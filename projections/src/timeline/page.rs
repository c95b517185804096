//! The parts of a timeline that a client can request.

use causerie_events::MessageId;
use serde::Serialize;

use crate::cursor::{Cursor, InvalidCursor};
use crate::timeline::MessageView;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Latest,
    /// The messages before a place.
    Before(Around),
    /// The messages after a place.
    After(Around),
    /// The message at a place, and those on both sides.
    Around(Around),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    Seq(i64),
    Message(MessageId),
}

impl Around {
    /// Parses a message id or a cursor.
    pub fn parse(text: &str) -> Result<Self, InvalidCursor> {
        match text.parse() {
            Ok(message) => Ok(Self::Message(message)),
            Err(_) => Cursor::read::<(i64,)>(text).map(|(seq,)| Self::Seq(seq)),
        }
    }

    #[must_use]
    pub fn cursor(seq: i64) -> Cursor {
        Cursor::at(&(seq,))
    }
}

/// Part of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[schemars(rename = "MessagePage")]
pub struct Page {
    /// The messages, oldest first.
    pub items: Vec<MessageView>,
    /// For `before`, where older messages are; null when there are none.
    pub previous: Option<Cursor>,
    /// For `after`, where newer messages are; null when there are none.
    pub next: Option<Cursor>,
}
