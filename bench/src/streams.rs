//! `causerie-bench streams`: thousands of open streams while messages are sent into small groups at
//! a steady rate. Measures the latency, the memory of an idle stream, and the memory of the service
//! over time.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::chat::{self, Line, Load};
use crate::report::{self, Table, float, thousands};
use crate::servers::Servers;
use crate::site::Site;

const GROUP_SIZE: u32 = 10;
/// Between the opening of the streams and the reading of their memory.
const IDLE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Streams {
    /// Number of open streams, each of another member.
    #[arg(id = "streams", long = "streams", value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(10..=5000))]
    open: u32,
    /// Messages per second.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1000))]
    sends: u32,
    /// Length of the load.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    minutes: u64,
    /// A smoke test: 100 streams, 50 messages per second, 5 seconds.
    #[arg(long, conflicts_with_all = ["streams", "sends", "minutes"])]
    quick: bool,
}

/// The memory of the service: before the streams are opened, and with all of them idle.
#[derive(Debug, Serialize)]
struct Idle {
    streams: u32,
    memory_before_kib: u64,
    memory_idle_kib: u64,
    kib_per_stream: f64,
}

/// The memory of the service at the end of each minute of the load; the last one is that at its
/// end.
#[derive(Debug, Serialize)]
struct Minutes {
    memory_kib: Vec<u64>,
}

impl Streams {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        let mut time = Duration::from_mins(self.minutes);
        if self.quick {
            (self.open, self.sends, time) = (100, 50, Duration::from_secs(5));
        }
        let (line, memory) = Servers::run(async |servers| self.measure(servers, time).await).await?;
        let lines = [line];
        chat::print(&lines)?;
        self.report_memory(&memory)?;
        chat::ensure_complete(&lines)
    }

    async fn measure(&self, servers: &Servers, time: Duration) -> anyhow::Result<(Line, Vec<u64>)> {
        let load = Load {
            senders: 1,
            rate: Some(f64::from(self.sends)),
            ..Load::new("streams", (self.open / GROUP_SIZE) as usize, GROUP_SIZE as usize)
        };
        let mut site = Site::create(servers).await?;
        let rooms = site.add_groups(load.rooms, load.members).await?;
        let site = site.restart_service().await?;
        site.wait_until_idle().await?;
        let mut plan = chat::plan(&site, &load, &rooms, time)?;
        plan.idle = IDLE;
        let outcome = chat::run_plan(plan, site.processes()?).await?;
        site.close().await?;
        let line = Line::new(&load, 1, time, &outcome);
        report::json_line(&line)?;
        Ok((line, outcome.memory))
    }

    fn report_memory(&self, memory: &[u64]) -> anyhow::Result<()> {
        let [before, idle, minutes @ ..] = memory else { anyhow::bail!("the memory was not read") };
        let kib_per_stream = float(idle.saturating_sub(*before)) / f64::from(self.open);
        let (streams, memory_before_kib, memory_idle_kib) = (self.open, *before, *idle);
        report::json_line(&Idle { streams, memory_before_kib, memory_idle_kib, kib_per_stream })?;
        report::json_line(&Minutes { memory_kib: minutes.to_vec() })?;
        let mut table = Table::new(["memory of the service", "KiB"]);
        let kib = |memory: u64| thousands(float(memory));
        table.row(["before the streams".to_owned(), kib(*before)]);
        table.row([format!("{streams} idle streams, {kib_per_stream:.1} KiB each"), kib(*idle)]);
        for (minute, memory) in (1..).zip(minutes) {
            table.row([format!("under load, minute {minute}"), kib(*memory)]);
        }
        table.print()
    }
}
