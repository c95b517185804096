//! `causerie projections`: shows and rebuilds read models, and retries parked events.

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use causerie_projections::rebuild::RebuildProgress;
use causerie_projections::status::{ProjectionStatus, status};
use causerie_projections::{Projection, parked::ParkedEvent};
use causerie_store::Database;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use super::servers::Servers;
use super::{print, stop_signal};
use crate::config::Config;

/// The interval of progress lines in the log if stderr is not a terminal.
const PROGRESS_LOG_INTERVAL: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Projections {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows the position and the lag of each read model.
    Status {
        /// A table, or a line of JSON.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Rebuilds a read model from the log in new tables, then switches to them. Queries use the old tables until then.
    Rebuild {
        /// The name of the read model, as in `status`.
        name: Projection,
    },
    /// Applies parked events of a read model and the later events of their keys, after the cause is fixed.
    Retry {
        /// The name of the read model, as in `status`.
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
        let servers = Servers::open(config, data).await?;
        let result = match self.command {
            Command::Status { format } => print_status(&servers.database, format).await,
            Command::Rebuild { name } => rebuild(&servers.database, name).await,
            Command::Retry { name } => retry(&servers.database, name).await,
        };
        // The error of the command comes first.
        result.and(servers.close().await)
    }
}

async fn print_status(database: &Database, format: Format) -> anyhow::Result<()> {
    let all = status(database.pool()).await?;
    match format {
        Format::Json => print(&serde_json::to_string(&all)?)?,
        Format::Table => {
            print(&format!(
                "{:<18} {:>12} {:>18} {:>10} {:>9} {:>7} {:>7}  {}",
                "NAME", "LOG NUMBER", "POSITION", "LAG", "SECONDS", "PARKED", "WAITING", "WORKS"
            ))?;
            for status in &all {
                print(&status_row(status))?;
            }
        }
    }
    Ok(())
}

fn status_row(status: &ProjectionStatus) -> String {
    let ProjectionStatus { name, position, log_number, lag_events, lag_seconds, parked, waiting, standing_by, .. } =
        status;
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
    let mut report = progress_reporter(projection.name())?;
    let rebuilding = projection.rebuild(database, &stop, &mut report);
    let mut rebuilding = std::pin::pin!(rebuilding);
    let rebuilt = tokio::select! {
        rebuilt = &mut rebuilding => rebuilt,
        signalled = stop_signal() => {
            signalled?;
            stop.cancel();
            // Waits until the rebuild has dropped its tables.
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

/// Shows a progress bar on a terminal, and logs the progress otherwise.
fn progress_reporter(name: &'static str) -> anyhow::Result<impl FnMut(RebuildProgress) + Send> {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    let template = "{prefix} [{bar:40}] {human_pos}/{human_len} events, {per_sec}, {eta} left";
    bar.set_style(ProgressStyle::with_template(template)?.progress_chars("=> "));
    bar.set_prefix(name);
    let mut last_logged = Instant::now();
    Ok(move |RebuildProgress { done, total }| {
        bar.set_length(total);
        bar.set_position(done);
        if bar.is_hidden() && last_logged.elapsed() > PROGRESS_LOG_INTERVAL {
            tracing::info!(projection = name, done, total, rate = bar.per_sec().round(), eta = ?bar.eta(), "rebuilding a read model");
            last_logged = Instant::now();
        }
    })
}

async fn retry(database: &Database, projection: Projection) -> anyhow::Result<()> {
    let retried = projection.retry(database).await?;
    print(&format!("{} applied, {} refused, {} waiting", retried.applied, retried.refused.len(), retried.waiting))?;
    for ParkedEvent { log_number, key, what, error } in &retried.refused {
        print(&format!("event {log_number} ({what}) of {key}: {error}"))?;
    }
    anyhow::ensure!(retried.refused.is_empty(), "some events still cannot be applied");
    Ok(())
}
