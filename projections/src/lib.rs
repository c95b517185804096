//! Read models: one folder each, with its projector and its queries; the runner that feeds them and their checkpoints.
//!
//! A projection commits its rows and its checkpoint in one transaction, so that an event changes its rows once whatever
//! fails when. This room knows events and the log, and must not know commands. Start at [`runner`],
//! which follows the log while it is this process's [`turn`], and at [`apply`], which writes.

pub mod apply;
pub mod checkpoint;
pub mod conversation_list;
pub mod cursor;
pub mod error;
mod ids;
pub mod member_list;
pub mod parked;
pub mod progress;
mod projector;
pub mod rebuild;
pub mod registry;
pub mod runner;
mod sites;
pub mod status;
pub mod target;
mod time;
pub mod timeline;
pub mod turn;

pub use cursor::{Cursor, InvalidCursor};
pub use error::ReadError;
pub use progress::WaitError;
pub use projector::{ApplyError, Projector};
pub use registry::Projection;

/// Bytes of texts on one page of a list. A page that would hold more ends early, after one item at least.
pub const MAX_PAGE_BYTES: usize = 1024 * 1024;
