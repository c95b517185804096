//! `causerie projections`: where the read models stand, building one anew, and trying again what could not be applied.

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use causerie_projections::rebuild::Progress;
use causerie_projections::status::{Status, status};
use causerie_projections::{Projection, parked::Parked};
use causerie_store::Database;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::embedded::Embedded;
use super::{print, told_to_stop};
use crate::config::Config;

/// How often progress is told where there is no terminal to show a bar.
const TELL: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Projections {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Where each read model stands.
    Status {
        /// A table, or one line of JSON.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Builds a read model from the log beside the live one, then switches. Queries go on.
    Rebuild {
        /// Its name, as `status` shows it.
        name: Projection,
    },
    /// Applies the parked events of a read model and those that wait behind them, once what was wrong has been mended.
    Retry {
        /// Its name, as `status` shows it.
        name: Projection,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

impl Projections {
    pub(super) async fn run(self, config: Config, data: &Path) -> anyhow::Result<()> {
        let embedded = Embedded::open(config, data).await?;
        let done = match self.command {
            Command::Status { format } => show(&embedded.database, format).await,
            Command::Rebuild { name } => rebuild(&embedded.database, name).await,
            Command::Retry { name } => retry(&embedded.database, name).await,
        };
        embedded.close().await?;
        done
    }
}

async fn show(database: &Database, format: Format) -> anyhow::Result<()> {
    let all = status(database.pool()).await?;
    match format {
        Format::Json => print(&serde_json::to_string(&all)?)?,
        Format::Table => {
            print(&format!(
                "{:<18} {:>12} {:>18} {:>10} {:>9} {:>7} {:>7}  {}",
                "NAME", "LOG NUMBER", "POSITION", "LAG", "SECONDS", "PARKED", "WAITING", "WORKS"
            ))?;
            for one in &all {
                print(&line(one))?;
            }
        }
    }
    Ok(())
}

fn line(status: &Status) -> String {
    let Status { name, position, log_number, lag_events, lag_seconds, parked, waiting, standing_by, .. } = status;
    let works = status.worker.as_deref().map_or("no".to_owned(), |worker| format!("yes, {worker}"));
    let rebuilding = if status.rebuilding { ", is being rebuilt" } else { "" };
    let position = position.to_string();
    format!(
        "{name:<18} {log_number:>12} {position:>18} {lag_events:>10} {lag_seconds:>9.1} {parked:>7} {waiting:>7}  \
         {works}; {standing_by} standing by{rebuilding}"
    )
}

async fn rebuild(database: &Database, projection: Projection) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let started = Instant::now();
    let mut tell = teller(projection.name())?;
    let rebuilding = projection.rebuild(database, &stop, &mut tell);
    let mut rebuilding = std::pin::pin!(rebuilding);
    let rebuilt = tokio::select! {
        rebuilt = &mut rebuilding => rebuilt,
        told = told_to_stop() => {
            told?;
            stop.cancel();
            // It takes away what it has built.
            rebuilding.await
        }
    };
    let checkpoint = rebuilt?;
    print(&format!(
        "{} rebuilt from {} events in {:.1} s, and switched at {}",
        projection.name(),
        checkpoint.log_number,
        started.elapsed().as_secs_f64(),
        checkpoint.position
    ))?;
    Ok(())
}

/// A bar on a terminal, else a line in the log now and then.
fn teller(name: &'static str) -> anyhow::Result<impl FnMut(Progress) + Send> {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    let shape = "{prefix} [{bar:40}] {human_pos}/{human_len} events, {per_sec}, {eta} left";
    bar.set_style(ProgressStyle::with_template(shape)?.progress_chars("=> "));
    bar.set_prefix(name);
    let mut told = Instant::now();
    Ok(move |Progress { done, of }| {
        bar.set_length(of);
        bar.set_position(done);
        if bar.is_hidden() && told.elapsed() > TELL {
            tracing::info!(projection = name, done, of, rate = bar.per_sec().round(), eta = ?bar.eta(), "rebuilding");
            told = Instant::now();
        }
    })
}

async fn retry(database: &Database, projection: Projection) -> anyhow::Result<()> {
    let retried = projection.retry(database).await?;
    print(&format!("{} applied, {} refused, {} waiting", retried.applied, retried.refused.len(), retried.waiting))?;
    for Parked { log_number, key, what, error } in &retried.refused {
        print(&format!("event {log_number} ({what}) of {key}: {error}"))?;
    }
    anyhow::ensure!(retried.refused.is_empty(), "some events still cannot be applied");
    Ok(())
}
