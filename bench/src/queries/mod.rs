//! `causerie-bench queries`: the read models, filled by their projectors from a log that the service wrote, and asked as
//! the routes ask them.
//!
//! Start at [`shape`] for how much there is, at [`town`] for what was said where, at [`cases`] for what is asked.

mod aftermath;
mod ask;
mod calls;
mod cases;
mod copy;
mod project;
mod results;
mod settle;
mod shape;
mod table;
mod town;

pub(crate) use self::project::Model;
pub(crate) use self::shape::Shape;

use clap::Args;

use self::cases::Case;
use self::results::{Answered, Copied, Projected};
use self::town::Town;
use crate::machine::Machine;
use crate::office::Office;
use crate::server::Server;
use crate::usage::Meter;
use crate::{fill, progress, report};

/// Events in a batch: as the service follows the log, and as a rebuild might.
const BATCHES: [u32; 2] = [500, 5000];
/// Calls at once.
const AT_ONCE: [usize; 2] = [1, 8];

#[derive(Debug, Args)]
pub(crate) struct Queries {
    /// How many messages there are.
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    messages: u64,
    /// How often each query is asked, for each number of calls at once.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(8..))]
    calls: u32,
    /// A smoke test: 20,000 messages, a tenth of the members and conversations, 100 calls. Its figures mean little.
    #[arg(long, conflicts_with_all = ["messages", "calls"])]
    quick: bool,
}

/// Everything that was measured.
#[derive(Debug, Default)]
struct Results {
    projected: Vec<Projected>,
    copied: Vec<Copied>,
    answered: Vec<Answered>,
}

impl Queries {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        let mut shape = Shape::of(self.messages);
        if self.quick {
            (shape, self.calls) = (Shape::QUICK, 100);
        }
        let server = Server::start().await?;
        let machine = Machine::announce(server.database.pool()).await?;
        let measured = Box::pin(self.measure(&server, shape)).await;
        server.stop().await?;
        table::print(&machine, &shape, &measured?)
    }

    async fn measure(&self, server: &Server, shape: Shape) -> anyhow::Result<Results> {
        let town = Box::pin(fill(server, shape)).await?;
        let mut results = Results::default();
        for model in Model::ALL {
            self.project(server, model, &mut results).await?;
        }
        self.answer(server, &cases::all(&server.database, &town).await?, &mut results).await?;
        Ok(results)
    }

    /// One read model, with each size of batch, and beside it its rows copied. What the last pass wrote stays.
    async fn project(&self, server: &Server, model: Model, results: &mut Results) -> anyhow::Result<()> {
        let meter = Meter::new(&server.data_dir());
        for batch in BATCHES {
            model.forget(&server.database).await?;
            let projected = Box::pin(model.project(&server.database, batch, &meter)).await?;
            report::line(&projected)?;
            results.projected.push(projected);
        }
        let copied = copy::rows(&server.database, model).await?;
        report::line(&copied)?;
        results.copied.push(copied);
        model.settle(&server.database).await
    }

    async fn answer(&self, server: &Server, cases: &[Case], results: &mut Results) -> anyhow::Result<()> {
        let calls = self.calls as usize;
        let bar = progress::bar((cases.len() * AT_ONCE.len()) as u64, "");
        for case in cases {
            bar.set_message(case.title.clone());
            for at_once in AT_ONCE {
                let answered = case.measure(server.database.pool(), at_once, calls).await?;
                report::line(&answered)?;
                results.answered.push(answered);
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(())
    }
}

/// The log, as the service would have written it.
pub(crate) async fn fill(server: &Server, shape: Shape) -> anyhow::Result<Town> {
    let office = Office::open(&server.database).await?;
    let town = settle::found(&office, shape).await?;
    fill::log(&server.database, shape.messages, |number| town.message(number)).await?;
    aftermath::follow(&office, &town).await?;
    office.close().await;
    sqlx::query("VACUUM ANALYZE events").execute(server.database.pool()).await?;
    Ok(town)
}
