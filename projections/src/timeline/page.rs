//! The parts of a timeline that a client can request.

use causerie_events::MessageId;
use serde::Serialize;

use crate::cursor::{Cursor, InvalidCursor};
use crate::timeline::MessageView;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    Latest,
    Before(MessagePosition),
    After(MessagePosition),
    /// The message at a place, and those on both sides.
    Around(MessagePosition),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessagePosition {
    Seq(i64),
    Message(MessageId),
}

impl MessagePosition {
    /// Parses a message id, a `seq` or a cursor. No cursor consists of decimal digits only.
    pub fn parse(text: &str) -> Result<Self, InvalidCursor> {
        if let Ok(message) = text.parse() {
            return Ok(Self::Message(message));
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Seq).map_err(|_| InvalidCursor);
        }
        Cursor::read::<(i64,)>(text).map(|(seq,)| Self::Seq(seq))
    }

    #[must_use]
    pub fn cursor(seq: i64) -> Cursor {
        Cursor::at(&(seq,))
    }
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MessagePage {
    /// The messages, oldest first.
    pub items: Vec<MessageView>,
    /// The value of `before` for older messages; null if there are none.
    pub previous: Option<Cursor>,
    /// The value of `after` for newer messages; null if there are none.
    pub next: Option<Cursor>,
}
