//! An example of a downstream consumer: follows the events of Causerie and writes each of them to a
//! file, once and in order. It depends on docs/nats.md only and on no code of Causerie.
//!
//! ```sh
//! causerie-example-consumer nats://downstream:…@127.0.0.1:4222 ./events
//! ```
//!
//! `follow.rs` reads the stream from a log number on and detects gaps; `sink.rs` processes each
//! event once, even if the process is killed.

mod event;
mod follow;
mod sink;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use follow::Follow;
use sink::Sink;

/// Delay before the next attempt after an error.
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
            // The next attempt starts from the checkpoint.
            Err(error) = follow.from(&mut sink) => eprint(&format!("{error:#}; continuing from event {}", sink.checkpoint() + 1)),
            _ = stop.recv() => return Ok(()),
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn eprint(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}
