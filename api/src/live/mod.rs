//! Live streams. Each process reads the log once, decodes each event once, and dispatches it to the
//! open streams whose members may see it.
//!
//! `hub.rs` reads the log and dispatches events; `listeners/` selects the streams for each event;
//! `event.rs` is an event as it is dispatched; `message_numbers.rs` numbers messages as the timeline
//! does; `detail.rs` loads the data that streams need to show an event, once for all of them
//! (`shared.rs`). `subscription.rs` starts a
//! stream with no missing or duplicate events, and `resume.rs` shows the events that its client
//! missed. `visibility/` decides in log order what a member may see, and `show.rs` builds the
//! frames of `frame.rs`. `typing.rs` transmits typing notifications, which are never stored.
//! `anchor.rs` checks whether the log still contains the events that were read.
//!
//! The hub queries no read model, so one that is behind delays only streams that need it.

mod anchor;
mod detail;
mod event;
#[cfg(test)]
mod fixtures;
mod frame;
mod hub;
mod listeners;
mod measure;
mod message_numbers;
mod resume;
mod shared;
mod show;
mod subscription;
pub mod typing;
mod visibility;

pub(crate) use frame::{Frame, farewell};
pub use hub::Hub;
pub(crate) use subscription::HEARTBEAT_INTERVAL;
pub use subscription::subscribe;
