//! `causerie-bench overload`: three times as many sends as the service can take, over more connections than it lets requests
//! in. What it can take it goes on taking, and who is refused is told so at once.
//!
//! The clients are on the same processors, and what they ask in vain costs them as much as what is accepted.

use std::time::Duration;

use clap::Args;

use crate::chat::{Line, Load, Stand, measured};
use crate::duration;
use crate::report::{Spread, say, thousands};
use crate::server::Server;

/// What is asked, by what can be done.
const TIMES: f64 = 3.0;
const ROOMS: usize = 8;
/// Of each room, so that what is measured is sends.
const READERS: usize = 4;
/// Who send in each room: each waiting for the answer before, to learn what can be done …
const WAITING: usize = 8;
/// … and whether or not the last is answered. More than `server.max_requests`, in all rooms together.
const PRESSING: usize = 250;

#[derive(Debug, Args)]
pub(crate) struct Overload {
    /// How often it is repeated.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How long one measurement lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = duration::seconds)]
    seconds: f64,
    /// A smoke test: one run of two seconds each. Its figures mean little.
    #[arg(long, conflicts_with_all = ["runs", "seconds"])]
    quick: bool,
}

impl Overload {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        if self.quick {
            (self.runs, self.seconds) = (1, 2.0);
        }
        let lines = measured(async |server| self.measure(server).await).await?;
        say(&summary(&lines))
    }

    async fn measure(&self, server: &Server) -> anyhow::Result<Vec<Line>> {
        let mut stand = Stand::start(server).await?;
        let rooms = stand.town.groups(ROOMS, PRESSING).await?;
        let time = Duration::from_secs_f64(self.seconds);
        let mut lines = Vec::new();
        for run in 1..=self.runs {
            let can = stand.measure(&load("capacity", WAITING, None), &rooms, run, time).await?;
            let asked = (can.accepted_per_second * TIMES).round();
            lines.push(can);
            lines.push(stand.measure(&load("overload", PRESSING, Some(asked)), &rooms, run, time).await?);
        }
        stand.stop().await?;
        Ok(lines)
    }
}

fn load(case: &str, senders: usize, rate: Option<f64>) -> Load {
    Load {
        case: case.to_owned(),
        rooms: ROOMS,
        members: PRESSING,
        senders,
        readers: READERS,
        rate,
        stored: 0,
        sites: 1,
    }
}

/// Medians over the runs: what is still done, and how long a refusal takes.
fn summary(lines: &[Line]) -> String {
    let (can, overloaded): (Vec<&Line>, Vec<&Line>) = lines.iter().partition(|line| line.load.case == "capacity");
    let median = |of: &[f64]| Spread::of(of.iter().copied()).map_or(0.0, |spread| spread.median);
    let over = |of: fn(&Line) -> f64| median(&overloaded.iter().map(|line| of(line)).collect::<Vec<_>>());
    let kept: Vec<f64> =
        overloaded.iter().zip(&can).map(|(line, can)| line.accepted_per_second / can.accepted_per_second).collect();
    format!(
        "of {} sends/s that are asked, {} are accepted, {:.0} % of what is without overload; {} are refused, 99 % of them \
         within {:.1} ms",
        thousands(over(|line| line.load.rate.unwrap_or_default())),
        thousands(over(|line| line.accepted_per_second)),
        median(&kept) * 100.0,
        thousands(over(|line| line.refused_per_second)),
        over(|line| crate::report::float(line.refusal_p99_us)) / 1e3,
    )
}
