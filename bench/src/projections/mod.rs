//! `causerie-bench projections`: each read model kept up by the runner of the service, rebuilt as `causerie projections
//! rebuild` does, and beside both the limit: a COPY of the rows that come of it into the same tables.

mod copy;
mod keep_up;

use std::time::Instant;

use causerie_projections::Projection;
use clap::Args;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::machine::Machine;
use crate::queries::{self, Model, Shape};
use crate::report::{self, Spread};
use crate::server::Server;
use crate::usage::Meter;

const LIVE: &str = "live";
const REBUILD: &str = "rebuild";
const COPY: &str = "COPY of the rows";
const WAYS: [&str; 3] = [LIVE, REBUILD, COPY];

#[derive(Debug, Args)]
pub(crate) struct Projections {
    /// How many messages there are, beside the members, groups, markers, reactions and deletions.
    #[arg(long, value_name = "N", default_value_t = 300_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    messages: u64,
    /// How often each measurement is repeated.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// A smoke test: one run over 20,000 messages.
    #[arg(long, conflicts_with_all = ["messages", "runs"])]
    quick: bool,
}

/// A line of the results.
#[derive(Debug, Serialize)]
struct Pass {
    model: &'static str,
    way: &'static str,
    run: u32,
    events: u64,
    seconds: f64,
    events_per_second: f64,
    /// Processors used by this process and by Postgres.
    client_cores: Option<f64>,
    server_cores: Option<f64>,
}

impl Projections {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        let mut shape = Shape::of(self.messages);
        if self.quick {
            (shape, self.runs) = (Shape::QUICK, 1);
        }
        let server = Server::start_with_nats().await?;
        let machine = Machine::announce(server.database.pool()).await?;
        let measured = Box::pin(self.measure(&server, shape)).await;
        server.stop().await?;
        print(&machine, &measured?)
    }

    async fn measure(&self, server: &Server, shape: Shape) -> anyhow::Result<Vec<Pass>> {
        Box::pin(queries::fill(server, shape)).await?;
        let events: i64 = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(server.database.pool()).await?;
        let events = u64::try_from(events)?;
        let nats = keep_up::relayed(server, events).await?;
        let meter = Meter::new(&server.data_dir());
        let mut measured = Vec::new();
        for (model, projection) in Model::ALL.into_iter().zip(Projection::ALL) {
            for run in 1..=self.runs {
                for way in WAYS {
                    let (used, start) = (meter.read(), Instant::now());
                    let mut seconds = None;
                    match way {
                        LIVE => {
                            model.forget(&server.database).await?;
                            keep_up::run(model, &server.database, &nats, events).await?;
                        }
                        REBUILD => {
                            projection.rebuild(&server.database, &CancellationToken::new(), |_| {}).await?;
                        }
                        _ => seconds = Some(copy::rows(&server.database, model).await?),
                    }
                    let elapsed = start.elapsed();
                    let cores = used.and_then(|before| Some(meter.read()?.cores_since(before, elapsed)));
                    let seconds = seconds.unwrap_or(elapsed.as_secs_f64());
                    let pass = Pass {
                        model: model.name(),
                        way,
                        run,
                        events,
                        seconds,
                        events_per_second: report::float(events) / seconds,
                        client_cores: cores.map(|(client, _)| client),
                        server_cores: cores.map(|(_, server)| server),
                    };
                    report::line(&pass)?;
                    measured.push(pass);
                }
            }
        }
        Ok(measured)
    }
}

fn print(machine: &Machine, all: &[Pass]) -> anyhow::Result<()> {
    let events = all.first().map_or(0, |pass| pass.events);
    report::say(&format!("\n{}", machine.line()))?;
    report::say(&format!("{} events\n\n{:<28}events/s", report::thousands(report::float(events)), ""))?;
    for model in Model::ALL {
        report::say(model.name())?;
        let rate = |way: &str| {
            let passes = all.iter().filter(|pass| pass.model == model.name() && pass.way == way);
            Spread::of(passes.map(|pass| pass.events_per_second))
        };
        let limit = rate(COPY).map_or(f64::NAN, |spread| spread.median);
        for way in WAYS {
            let Some(spread) = rate(way) else { continue };
            let rates = spread.to_string();
            report::say(&format!("  {way:<26}{rates:<40}{:.2} × COPY", spread.median / limit))?;
        }
    }
    Ok(())
}
