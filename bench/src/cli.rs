//! The command line.

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{all, chat, commands, growth, overload, projections, queries, relay, replay, start, streams};

/// The benchmarks of Causerie, with their baselines in the same run.
#[derive(Debug, Parser)]
#[command(name = "causerie-bench", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// SendMessage in process, against plain INSERTs and cqrs-es as documented.
    Commands(commands::Commands),
    /// Reading the log to its end, against a plain SELECT.
    Replay(replay::Replay),
    /// Filling the read models from the log, and asking them.
    Queries(queries::Queries),
    /// Copying the log to JetStream, against publishing the same messages with nothing to check.
    Relay(relay::Relay),
    /// The read models kept up and rebuilt, against a plain COPY of their rows.
    Projections(projections::Projections),
    /// The whole service as its users meet it: members send over HTTP, and everybody in the room reads live.
    Chat(chat::Chat),
    /// What a message costs as groups, sites and histories grow.
    Growth(growth::Growth),
    /// Three times as many sends as the service can take.
    Overload(overload::Overload),
    /// Thousands of open streams while messages are sent.
    Streams(streams::Streams),
    /// How long `causerie dev` takes until it serves.
    Start(start::Start),
    /// All of them in turn, and docs/benchmarks.md with its figures: about 25 minutes.
    All(all::All),
}

pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    // Dropped on Ctrl-C, so that the server stops and its data goes.
    let ran = runtime.block_on(async {
        tokio::select! {
            ran = run(cli.command) => ran,
            _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
        }
    });
    runtime.shutdown_background();
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Commands(commands) => Box::pin(commands.run()).await,
        Command::Replay(replay) => Box::pin(replay.run()).await,
        Command::Queries(queries) => Box::pin(queries.run()).await,
        Command::Relay(relay) => Box::pin(relay.run()).await,
        Command::Projections(projections) => Box::pin(projections.run()).await,
        Command::Chat(chat) => Box::pin(chat.run()).await,
        Command::Growth(growth) => Box::pin(growth.run()).await,
        Command::Overload(overload) => Box::pin(overload.run()).await,
        Command::Streams(streams) => Box::pin(streams.run()).await,
        Command::Start(start) => start.run().await,
        Command::All(all) => Box::pin(all.run()).await,
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "causerie-bench: {error:#}");
    ExitCode::FAILURE
}
