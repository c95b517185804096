//! A message: its own small aggregate, so that a send never waits for another.

mod commands;
mod error;
mod state;
#[cfg(test)]
mod tests;

pub use commands::{DeleteMessage, EditMessage, MAX_EMOJI, React, ReplyTarget, SendFacts, SendMessage};
pub use error::MessageError;
pub use state::{Message, Posted};
