//! A message: its own small aggregate, so that a send never waits for another.

mod command;
mod decide;
mod error;
mod state;
#[cfg(test)]
mod tests;

pub use command::{DeleteMessage, EditMessage, MessageCommand, React, ReplyTarget, SendMessage};
pub use decide::MAX_EMOJI;
pub use error::MessageError;
pub use state::{Message, Posted};
