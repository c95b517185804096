//! The live stream: one reader of the log per process, one decode of each event, and from there to every open stream that
//! may know of it.
//!
//! `hub.rs` reads the log and hands events out by site; `seqs.rs` numbers messages as the timeline does;
//! `subscription.rs` starts a stream without a gap or a double; `visibility.rs` decides what a member may know, in log
//! order; `frame.rs` is what goes over the wire.

mod frame;
mod hub;
mod seqs;
mod subscription;
mod visibility;

pub use frame::Frame;
pub use hub::{Hub, LiveEvent};
pub use subscription::subscribe;
