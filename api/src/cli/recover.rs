//! `causerie recover`: lists events that the log has lost, and resumes from the log.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use causerie_events::record::ReplayLine;
use causerie_store::{LostEvent, Nats, Recovery};
use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;

use super::print;
use super::servers::Servers;
use crate::config::Config;

#[derive(Debug, Args)]
pub(super) struct Recover {
    /// Resumes from the log: begins an epoch and recreates the stream. Default: lists lost events.
    #[arg(long)]
    accept_log: bool,
    /// Writes the lost events with their data to this file, one JSON object per line.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Debug, Serialize)]
struct ReportLine<'a> {
    log_number: u64,
    #[serde(flatten)]
    event: Option<ReplayLine<'a>>,
}

impl Recover {
    pub(super) async fn run(self, config: Config, data: &Path) -> anyhow::Result<()> {
        let servers = Servers::open_with_nats(config, data).await?;
        let done = match servers.nats().await {
            Ok(nats) => self.recover(&servers, &nats).await,
            Err(error) => Err(error),
        };
        servers.close().await?;
        done
    }

    async fn recover(&self, servers: &Servers, nats: &Nats) -> anyhow::Result<()> {
        let bar = ProgressBar::no_length().with_message("messages compared with the log");
        let progress = |compared, of| {
            bar.set_length(of);
            bar.set_position(compared);
        };
        let recovery = Recovery::prepare(&servers.database, nats, progress).await?;
        bar.finish_and_clear();
        let Some(recovery) = recovery.filter(|found| found.shared < found.last) else {
            return Ok(print(
                "the stream holds nothing that the log does not; there is nothing to recover. Events that were lost before they \
                 reached the stream cannot be listed",
            )?);
        };
        let (shared, last) = (recovery.shared, recovery.last);
        print(&format!(
            "{} events were lost. Of the {last} events of the stream, the log has the first {shared} under the same numbers",
            recovery.lost.len()
        ))?;
        for LostEvent { log_number, event } in &recovery.lost {
            let description = event.as_ref().map_or("not an event of this service".to_owned(), |event| {
                format!("{} {} {}", event.recorded_at, event.event_type, event.stream)
            });
            print(&format!("  {log_number} {description}"))?;
        }
        if let Some(file) = &self.report {
            report(&recovery.lost, file).with_context(|| format!("cannot write {}", file.display()))?;
            print(&format!("report with the data of these events: {}", file.display()))?;
        }
        anyhow::ensure!(
            self.accept_log,
            "nothing was changed; pass --accept-log to resume from the log without these events"
        );
        let epoch = recovery.accept().await?;
        print(&format!(
            "the log continues in epoch {epoch}; the stream is empty, and the relay refills it from the log. Downstream \
             consumers must forget what is after number {shared}"
        ))?;
        Ok(())
    }
}

fn report(lost: &[LostEvent], file: &Path) -> anyhow::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    for LostEvent { log_number, event } in lost {
        serde_json::to_writer(
            &mut out,
            &ReportLine { log_number: *log_number, event: event.as_ref().map(ReplayLine::from) },
        )?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
