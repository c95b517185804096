//! `causerie-bench replay`: the log from its start to its end, as a projection that is rebuilt reads it.

mod readers;

use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use self::readers::{Decoded, Plain, Reader};
use crate::fill;
use crate::machine::Machine;
use crate::report::{self, Spread};
use crate::rooms::SPREAD;
use crate::server::Server;

const PAGES: [u32; 2] = [1000, 5000];
/// A pass that takes longer ends where it is.
const LIMIT: Duration = Duration::from_mins(1);

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// How many events the log holds.
    #[arg(long, value_name = "N", default_value_t = 300_000)]
    events: u64,
    /// How often each measurement is repeated, in turn with the others.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// A smoke test: one run over 20,000 events.
    #[arg(long, conflicts_with_all = ["events", "runs"])]
    quick: bool,
}

/// A line of the results.
#[derive(Debug, Serialize)]
struct Pass {
    case: String,
    subject: &'static str,
    run: u32,
    events: u64,
    seconds: f64,
    events_per_second: f64,
}

impl Replay {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        if self.quick {
            (self.events, self.runs) = (20_000, 1);
        }
        let server = Server::start().await?;
        let machine = Machine::announce(server.database.pool()).await?;
        let measured = self.measure(&server).await;
        server.stop().await?;
        print(&machine, &measured?)
    }

    async fn measure(&self, server: &Server) -> anyhow::Result<Vec<Pass>> {
        let conversations: Vec<Uuid> = (0..SPREAD).map(|_| Uuid::now_v7()).collect();
        fill::log(&server.database, self.events, fill::spread(&"bench".parse()?, &conversations)).await?;
        sqlx::query("VACUUM ANALYZE events").execute(server.database.pool()).await?;
        let mut passes = Vec::new();
        for run in 1..=self.runs {
            for page in PAGES {
                passes.push(self.pass(Decoded::new(&server.database), page, run).await?);
                passes.push(self.pass(Plain::new(&server.database), page, run).await?);
            }
        }
        Ok(passes)
    }

    async fn pass<R: Reader>(&self, mut reader: R, page: u32, run: u32) -> anyhow::Result<Pass> {
        let start = Instant::now();
        let mut events = 0;
        while start.elapsed() < LIMIT {
            let read = reader.next(page).await?;
            events += read;
            if read == 0 {
                anyhow::ensure!(events == self.events, "{} read {events} of {} events", R::NAME, self.events);
                break;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let events_per_second = report::float(events) / seconds;
        let pass = Pass { case: format!("pages-{page}"), subject: R::NAME, run, events, seconds, events_per_second };
        report::line(&pass)?;
        Ok(pass)
    }
}

fn print(machine: &Machine, passes: &[Pass]) -> anyhow::Result<()> {
    report::say(&format!("\n{}\n\n{:<28}events/s", machine.line(), ""))?;
    for page in PAGES {
        report::say(&format!("pages of {page}"))?;
        let of = |subject| {
            let key = format!("pages-{page}");
            let passes = passes.iter().filter(move |pass| pass.case == key && pass.subject == subject);
            Spread::of(passes.map(|pass| pass.events_per_second))
        };
        let (ours, plain) = (of(Decoded::NAME), of(Plain::NAME));
        for (name, spread) in [(Decoded::NAME, ours), (Plain::NAME, plain)] {
            report::say(&format!("  {name:<26}{}", spread.map(|spread| spread.to_string()).unwrap_or_default()))?;
        }
        if let (Some(ours), Some(plain)) = (ours, plain) {
            report::say(&format!("  = {:.2} × {}", ours.median / plain.median, Plain::NAME))?;
        }
    }
    Ok(())
}
