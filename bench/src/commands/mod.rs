//! `causerie-bench commands`: SendMessage, beside its baselines, in turn.

mod cases;
mod contender;

use std::time::Duration;

use clap::Args;

use self::contender::Contender;
use crate::duration;
use crate::machine::Machine;
use crate::progress;
use crate::report::{self, Measurement};
use crate::server::Server;
use crate::subjects::causerie::Causerie;
use crate::subjects::documented::{DOCUMENTED_POOL, Documented};
use crate::subjects::plain::Plain;
use crate::usage::Meter;

pub(crate) use cases::Case;

/// Connections of the plain INSERTs, and of the baseline as documented where a larger pool is tried.
const CONNECTIONS: u32 = 32;
/// With `--full`.
const MILLION: u64 = 1_000_000;
/// More than this is loaded by one task at a time: a load of it fills about 2 KB of memory a message, and each of 32
/// tasks would hold its own.
const LOADED_AT_ONCE: u64 = 100_000;

#[derive(Debug, Args)]
pub(crate) struct Commands {
    /// How often each measurement is repeated, in turn with the others.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How long one measurement lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0, value_parser = duration::seconds)]
    seconds: f64,
    /// How many messages the conversation holds, where the cost of that is measured.
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', default_value = "0,1000,10000,50000")]
    history: Vec<u64>,
    /// With a conversation that holds a million messages too.
    #[arg(long)]
    full: bool,
    /// A smoke test of some seconds: one short run of each. Its figures mean little.
    #[arg(long, conflicts_with_all = ["runs", "seconds", "history", "full"])]
    quick: bool,
}

/// Everybody who takes part.
struct Field {
    ours: Contender<Causerie>,
    plain: Contender<Plain>,
    documented: Contender<Documented>,
    documented_with_more: Contender<Documented>,
}

impl Commands {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        if self.quick {
            (self.runs, self.seconds, self.history) = (1, 0.3, vec![0, 1000]);
        }
        if self.full && !self.history.contains(&MILLION) {
            self.history.push(MILLION);
        }
        let server = Server::start().await?;
        let machine = Machine::announce(server.database.pool()).await?;
        let measured = self.measure(&server).await;
        server.stop().await?;
        let (cases, measurements) = measured?;
        report::print_commands(&machine, &cases, &measurements)
    }

    async fn measure(&self, server: &Server) -> anyhow::Result<(Vec<Case>, Vec<Measurement>)> {
        let cases = cases::all(&self.history);
        let field = Field::start(server).await?;
        let bar = progress::bar(u64::from(self.runs) * cases.len() as u64, "");
        let mut measurements = Vec::new();
        for case in &cases {
            bar.set_message(case.title());
            for run in 1..=self.runs {
                let round = Round {
                    case,
                    run,
                    time: Duration::from_secs_f64(self.seconds),
                    meter: Meter::new(&server.data_dir()),
                };
                for measurement in field.round(&round).await? {
                    report::line(&measurement)?;
                    measurements.push(measurement);
                }
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        field.stop().await;
        Ok((cases, measurements))
    }
}

/// One run of one case, by everybody in turn.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    case: &'a Case,
    run: u32,
    time: Duration,
    meter: Meter,
}

impl Field {
    async fn start(server: &Server) -> anyhow::Result<Self> {
        let stock = server.create_database("documented").await?;
        Ok(Self {
            ours: Contender::new(Causerie::start(&server.database).await?).await?,
            plain: Contender::new(Plain::start(&server.database, CONNECTIONS as usize).await?).await?,
            documented: Contender::new(Documented::start(&stock).await?).await?,
            documented_with_more: Contender::new(
                Documented::with_pool("as documented, pool of 32", &stock, CONNECTIONS).await?,
            )
            .await?,
        })
    }

    async fn round(&self, round: &Round<'_>) -> anyhow::Result<Vec<Measurement>> {
        let Case { tasks, holding, .. } = *round.case;
        let mut measurements = vec![self.ours.measure(round).await?];
        if holding.is_none() {
            measurements.push(self.plain.measure(round).await?);
        }
        if tasks == 1 || holding.is_none_or(|messages| messages <= LOADED_AT_ONCE) {
            measurements.push(self.documented.measure(round).await?);
        }
        if holding.is_none() && tasks > DOCUMENTED_POOL as usize {
            measurements.push(self.documented_with_more.measure(round).await?);
        }
        Ok(measurements)
    }

    async fn stop(self) {
        self.ours.subject.stop().await;
        self.documented.subject.stop().await;
        self.documented_with_more.subject.stop().await;
    }
}
