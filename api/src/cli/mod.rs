//! The command line. One file per subcommand.

mod config;
mod contracts;
mod dev;
mod duration;
mod embedded;
mod health;
mod images;
mod migrate;
mod projections;
mod recover;
mod replay;
mod replay_text;
mod serve;
mod token;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::telemetry;

/// In the data folder of `causerie dev`, where images are kept.
const IMAGES_FOLDER: &str = "images";
/// The data folder of `causerie dev`.
const DATA: &str = ".causerie";

/// Member chat for any web site.
#[derive(Debug, Parser)]
#[command(name = "causerie", version, about, propagate_version = true)]
struct Cli {
    /// A TOML file with settings; the environment (CAUSERIE_SECTION__KEY) goes over it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the embedded Postgres and NATS of `causerie dev` live.
    #[arg(long, global = true, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one: a private Postgres and NATS, a demo site, and the service.
    Dev(dev::Dev),
    /// The service, on the configured Postgres and NATS.
    Serve(serve::Serve),
    /// The configuration: whether it is right, and what it is.
    Config(config::ConfigCommand),
    /// Brings the database up to date.
    Migrate,
    /// The read models: where they stand, building one anew.
    Projections(projections::Projections),
    /// The images of groups: deleting what is left behind.
    Images(images::Images),
    /// Prints a signed token.
    Token(token::Token),
    /// Prints the log, in order.
    Replay(replay::Replay),
    /// After a failover or a restore that lost events: lists them, and goes on from the log.
    Recover(recover::Recover),
    /// Whether a running service is ready: exit 0 when it is.
    Health(health::Health),
    /// Writes the documents of the contract: OpenAPI, AsyncAPI, and the JSON Schemas of the events.
    Contracts(contracts::Contracts),
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let ran = runtime.block_on(run(cli));
    // What is still running is not waited for: everything that must end in order has.
    runtime.shutdown_background();
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let files: Vec<&Path> = cli.config.as_deref().into_iter().collect();
    let config = Config::load(&files)?;
    telemetry::start(&config.log)?;
    match cli.command {
        Command::Dev(dev) => dev.run(config, cli.config.as_deref(), &cli.data).await,
        Command::Serve(serve) => serve.run(&config).await,
        Command::Config(command) => command.run(&config).await,
        Command::Migrate => migrate::run(config, &cli.data).await,
        Command::Projections(projections) => projections.run(config, &cli.data).await,
        Command::Images(images) => images.run(config, &cli.data).await,
        Command::Token(token) => token.run(config, &cli.data).await,
        Command::Replay(replay) => replay.run(config, &cli.data).await,
        Command::Recover(recover) => recover.run(config, &cli.data).await,
        Command::Health(health) => health.run(&config).await,
        Command::Contracts(contracts) => contracts.run(),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "causerie: {error:#}");
    ExitCode::FAILURE
}

/// One line on stdout.
fn print(line: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

fn print_json(value: &Value) -> std::io::Result<()> {
    print(&value.to_string())
}

/// Waits for Ctrl-C or SIGTERM.
async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}
