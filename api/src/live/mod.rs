//! The live stream: one reader of the log per process, one decode of each event, and from there to every open stream that
//! may know of it.
//!
//! `hub.rs` reads the log and hands events out; `listeners/` knows whom each may concern; `places.rs` numbers messages as the
//! timeline does; `detail.rs` looks up what streams need to show an event, once for all of them (`shared.rs`);
//! `subscription.rs` starts a stream without a gap or a double, and `resume.rs` shows what its client missed; `visibility/`
//! decides what a member may know, in log order; `show.rs` makes the frames of `frame.rs`; `typing.rs` is what is never
//! stored; `anchor.rs` tells whether the log is still the same.
//!
//! The hub never asks a read model, so one that is behind delays no stream but those that have to show what only it knows.

mod anchor;
mod detail;
#[cfg(test)]
mod fixtures;
mod frame;
mod hub;
mod listeners;
mod measure;
mod places;
mod resume;
mod shared;
mod show;
mod subscription;
pub mod typing;
mod visibility;

pub(crate) use frame::{Frame, farewell};
pub use hub::Hub;
pub(crate) use subscription::HEARTBEAT;
pub use subscription::subscribe;
