//! Which part of a timeline a client asks for.

use causerie_events::MessageId;
use serde::Serialize;

use crate::cursor::{Cursor, InvalidCursor};
use crate::timeline::MessageView;

/// The part asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The newest messages.
    Latest,
    /// Those right before a place.
    Before(Around),
    /// Those right after a place.
    After(Around),
    /// Those on both sides of a place, and the one there.
    Around(Around),
}

/// A place in a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// By number.
    Seq(i64),
    /// By message.
    Message(MessageId),
}

impl Around {
    /// Reads what a client sent: a message id or a cursor.
    pub fn parse(text: &str) -> Result<Self, InvalidCursor> {
        match text.parse() {
            Ok(message) => Ok(Self::Message(message)),
            Err(_) => Cursor::read::<(i64,)>(text).map(|(seq,)| Self::Seq(seq)),
        }
    }

    /// The cursor of a number.
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
