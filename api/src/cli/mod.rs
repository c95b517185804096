//! The command line. One file per subcommand.

mod config;
mod contracts;
mod dev;
mod duration;
mod health;
mod images;
mod migrate;
mod projections;
mod recover;
mod replay;
mod replay_text;
mod serve;
mod servers;
mod token;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde_json::Value;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::telemetry;

/// The image folder of `causerie dev`, in its data folder.
const IMAGES_FOLDER: &str = "images";
const DEFAULT_DATA_DIR: &str = ".causerie";

/// Member chat for any web site.
#[derive(Debug, Parser)]
#[command(name = "causerie", version, about, propagate_version = true)]
struct Cli {
    /// A TOML file with settings. The environment (CAUSERIE_SECTION__KEY) overrides it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder of `causerie dev`, with its embedded Postgres and NATS.
    #[arg(long, global = true, value_name = "DIR", default_value = DEFAULT_DATA_DIR)]
    data: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service with an embedded Postgres and NATS and a demo site.
    Dev(dev::Dev),
    /// Runs the service on the configured Postgres and NATS.
    Serve(serve::Serve),
    /// Validates or prints the configuration.
    Config(config::ConfigCommand),
    /// Applies pending database migrations.
    Migrate,
    /// Shows, rebuilds and repairs read models.
    Projections(projections::Projections),
    /// Deletes orphaned group images.
    Images(images::Images),
    /// Prints a signed token.
    Token(token::Token),
    /// Prints the log, in order.
    Replay(replay::Replay),
    /// Lists the events that a failover or a restore lost, and resumes from the log.
    Recover(recover::Recover),
    /// Checks whether a running service is ready: exit code 0 if it is.
    Health(health::Health),
    /// Writes the OpenAPI and AsyncAPI documents and the JSON Schemas of the events.
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
    // Everything that needs an orderly shutdown has completed.
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
        Command::Recover(recover) => Box::pin(recover.run(config, &cli.data)).await,
        Command::Health(health) => health.run(&config).await,
        Command::Contracts(contracts) => contracts.run(),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "causerie: {error:#}");
    ExitCode::FAILURE
}

fn print(line: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

fn print_json(value: &Value) -> std::io::Result<()> {
    print(&value.to_string())
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop_signal() -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}
