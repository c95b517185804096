//! Read models: one folder each, with projector and queries; the runner and the checkpoints.
//!
//! A projection commits its rows and its checkpoint in one transaction, so each event changes the
//! rows exactly once. The crate depends on events and the log, and not on commands. Start at
//! [`runner`], which follows the log under a [`leadership`] lock, and at [`apply`], which writes.

pub mod apply;
pub mod checkpoint;
pub mod conversation_list;
pub mod cursor;
pub mod error;
mod ids;
pub mod leadership;
pub mod member_list;
pub mod parked;
pub mod progress;
mod projector;
pub mod rebuild;
pub mod registry;
mod row;
pub mod runner;
mod sites;
pub mod status;
pub mod target;
pub mod timeline;

pub use cursor::{Cursor, InvalidCursor};
pub use error::ReadError;
pub use progress::WaitError;
pub use projector::{ApplyError, Projector};
pub use registry::Projection;

/// Bytes of texts on one page of a list. A page with more ends early, after at least one item.
pub const MAX_PAGE_BYTES: usize = 1024 * 1024;
