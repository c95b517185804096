//! Malicious and excessive requests: decompression bombs, polyglot images and floods, and cleaning up and restoring after
//! them.

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
