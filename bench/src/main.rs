//! Benchmarks of the service and of its parts. Each benchmark starts its own Postgres and
//! nats-server, writes one JSON object per line to stdout and a table of medians to stderr.
//! `README.md` explains how to run them and how to read the figures; `page.py` writes
//! `docs/benchmarks.md` from the JSON lines.

mod arguments;
mod chat;
mod growth;
mod machine;
mod messages;
mod processes;
mod projections;
mod relay;
mod replay;
mod report;
mod servers;
mod service;
mod site;
mod streams;
mod throughput;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The same allocator as in the service.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// The benchmarks of Causerie.
#[derive(Debug, Parser)]
#[command(name = "causerie-bench", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The whole service: members send over HTTP and read live streams; also under three times the
    /// load it can take.
    Chat(chat::Chat),
    /// The cost of a message as groups, sites and histories grow.
    Growth(growth::Growth),
    /// Thousands of open streams: their memory, and the latency of messages.
    Streams(streams::Streams),
    /// Reading and decoding the whole log, compared with a plain SELECT.
    Replay(replay::Replay),
    /// Copying the log to JetStream, compared with publishing without checks.
    Relay(relay::Relay),
    /// Read models updated and rebuilt, compared with a COPY of their rows.
    Projections(projections::Projections),
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = report::note(&format!("causerie-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let benchmark = async {
            match command {
                Command::Chat(chat) => Box::pin(chat.run()).await,
                Command::Growth(growth) => Box::pin(growth.run()).await,
                Command::Streams(streams) => Box::pin(streams.run()).await,
                Command::Replay(replay) => Box::pin(replay.run()).await,
                Command::Relay(relay) => Box::pin(relay.run()).await,
                Command::Projections(projections) => Box::pin(projections.run()).await,
            }
        };
        tokio::select! {
            result = benchmark => result,
            // The benchmark is dropped, which stops the servers and removes their data.
            _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
        }
    });
    runtime.shutdown_background();
    result
}
