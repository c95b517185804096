//! What somebody who means harm sends, or somebody who has too much to send: images that are bombs or two things at once,
//! floods, and what the operator cleans up or restores after them.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod anonymous;
mod bucket;
mod groups;
mod images;
mod measure;
mod neighbours;
mod overload;
mod pictures;
mod restored;
mod slow_bodies;
mod sweep;
mod unread;
