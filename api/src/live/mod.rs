//! The live stream: one reader of the log per process, one decode of each event, and from there to every open stream that
//! may know of it.
//!
//! `hub.rs` reads the log and hands events out; `listeners/` knows whom each may concern; `detail.rs` adds what streams need to
//! show them; `seqs.rs` numbers messages as the timeline does; `subscription.rs` starts a stream without a gap or a double;
//! `visibility/` decides what a member may know, in log order; `show.rs` puts it into frames; `typing.rs` is what is never
//! stored; `anchor.rs` tells whether the log is still the same.

mod anchor;
mod detail;
#[cfg(test)]
mod fixtures;
mod frame;
mod hub;
mod listeners;
mod measure;
mod seqs;
mod show;
mod subscription;
pub mod typing;
mod visibility;

pub(crate) use frame::farewell;
pub use hub::Hub;
pub(crate) use subscription::HEARTBEAT;
pub use subscription::subscribe;
