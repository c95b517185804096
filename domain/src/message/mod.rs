//! A message. Each is an aggregate of its own, so that concurrent sends do not conflict.

mod commands;
mod state;
#[cfg(test)]
mod tests;

pub use commands::*;
pub use state::{Message, PostedMessage};
