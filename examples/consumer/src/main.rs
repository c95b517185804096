//! Follows Causerie's events and writes each of them, once and in order, to a file: an example of a downstream consumer.
//! It knows what docs/nats.md says and no code of Causerie.
//!
//! ```sh
//! causerie-example-consumer nats://downstream:…@127.0.0.1:4222 ./events
//! ```
//!
//! `follow.rs` reads the stream from a number on and notices gaps; `sink.rs` does something with each event once, whatever
//! is cut off when.

mod event;
mod follow;
mod sink;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use follow::Follow;
use sink::Sink;

/// How long to wait before trying again.
const RETRY: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: causerie-example-consumer NATS_URL FOLDER";
    let url = arguments.next().context(usage)?;
    let mut sink = Sink::open(&PathBuf::from(arguments.next().context(usage)?))?;
    let follow = Follow::connect(&url).await?;
    let mut stop = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            // Wherever it breaks off: the next round starts from the checkpoint.
            Err(error) = follow.from(&mut sink) => eprint(&format!("{error:#}; from {} on again", sink.checkpoint() + 1)),
            _ = stop.recv() => return Ok(()),
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn eprint(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
