//! The JSON line of a measurement, and the table. The names of its fields stay as they are, so that
//! runs of different commits can be compared.

use std::time::Duration;

use serde::Serialize;

use super::load::Outcome;
use crate::processes::Cores;
use crate::report::{Spread, Table, float, thousands};

#[derive(Debug, Clone, Serialize, PartialEq)]
pub(crate) struct Load {
    pub(crate) case: String,
    pub(crate) rooms: usize,
    /// Per room, as are senders and readers.
    pub(crate) members: usize,
    pub(crate) senders: usize,
    pub(crate) readers: usize,
    /// Sends per second of all senders together. None: each sender waits for the response to its
    /// last message.
    pub(crate) rate: Option<f64>,
    /// Messages stored in the first room before the load.
    pub(crate) stored: u64,
    pub(crate) sites: usize,
}

impl Load {
    /// All members send and read, each after its last response.
    pub(crate) fn new(case: &str, rooms: usize, members: usize) -> Self {
        let case = case.to_owned();
        Self { case, rooms, members, senders: members, readers: members, rate: None, stored: 0, sites: 1 }
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    #[serde(flatten)]
    pub(crate) load: Load,
    run: u32,
    seconds: f64,
    pub(crate) accepted_per_second: f64,
    pub(crate) refused_per_second: f64,
    deliveries_per_second: f64,
    /// From when the message was due to the response.
    response_p50_us: u64,
    response_p99_us: u64,
    /// From when the message was sent to the rejection.
    pub(crate) refusal_p99_us: u64,
    /// From when the message was due to the stream of another member.
    shown_p50_us: u64,
    shown_p99_us: u64,
    shown_max_us: u64,
    /// This count and those below include the warm-up.
    accepted: u64,
    refused: u64,
    /// Deliveries that are missing, that came twice, and that went to a member of another room.
    lost: u64,
    doubled: u64,
    foreign: u64,
    /// Streams that the service closed and the client resumed.
    resumed: u64,
    /// Streams that were too far behind to be resumed.
    pub(crate) reset: u64,
    /// From the last response to the last delivery.
    behind_ms: f64,
    #[serde(flatten)]
    cores: Cores,
    /// Processor time of service, Postgres and NATS per accepted message.
    cpu_us_per_message: f64,
    service_memory_kib: u64,
}

impl Line {
    pub(crate) fn new(load: &Load, run: u32, time: Duration, outcome: &Outcome) -> Self {
        let Outcome { tally, cores, .. } = outcome;
        let (window, seconds) = (&tally.window, time.as_secs_f64());
        let accepted_per_second = float(window.accepted) / seconds;
        let served = cores.service + cores.postgres + cores.nats;
        Self {
            load: load.clone(),
            run,
            seconds,
            accepted_per_second,
            refused_per_second: float(window.rejections.len()) / seconds,
            deliveries_per_second: float(window.deliveries) / seconds,
            response_p50_us: window.responses.value_at_quantile(0.5),
            response_p99_us: window.responses.value_at_quantile(0.99),
            refusal_p99_us: window.rejections.value_at_quantile(0.99),
            shown_p50_us: window.shown.value_at_quantile(0.5),
            shown_p99_us: window.shown.value_at_quantile(0.99),
            shown_max_us: window.shown.max(),
            accepted: tally.accepted(),
            refused: tally.rejected,
            lost: outcome.lost,
            doubled: tally.doubled,
            foreign: tally.foreign,
            resumed: tally.resumed,
            reset: outcome.reset,
            behind_ms: outcome.behind.as_secs_f64() * 1e3,
            cores: *cores,
            cpu_us_per_message: if accepted_per_second > 0.0 { served / accepted_per_second * 1e6 } else { 0.0 },
            service_memory_kib: outcome.memory.last().copied().unwrap_or_default(),
        }
    }

    pub(crate) const fn is_complete(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.foreign == 0
    }

    /// The case with the size that grows in it.
    fn title(&self) -> String {
        let Load { case, members, stored, sites, .. } = &self.load;
        let size = match case.as_str() {
            "sites" => *sites as u64,
            "history" => *stored,
            case if case.starts_with("group") => *members as u64,
            _ => return case.clone(),
        };
        format!("{case}: {}", thousands(float(size)))
    }
}

/// Prints the medians (smallest..largest) of the runs of each load, and the sums of all that went
/// wrong.
pub(crate) fn print(lines: &[Line]) -> anyhow::Result<()> {
    let mut table = Table::new([
        "",
        "accepted/s",
        "deliveries/s",
        "response p50 p99",
        "shown p50 p99 ms",
        "cores: us service postgres nats",
        "µs/message",
    ]);
    let mut loads: Vec<&Load> = Vec::new();
    for line in lines {
        if !loads.contains(&&line.load) {
            loads.push(&line.load);
            let runs: Vec<&Line> = lines.iter().filter(|other| other.load == line.load).collect();
            table.row(row(line, &runs));
            table.note(&counts(&runs));
        }
    }
    table.print()
}

fn row(line: &Line, runs: &[&Line]) -> [String; 7] {
    let spread = |of: fn(&Line) -> f64| Spread::of(runs.iter().map(|line| of(line)));
    let median = |of: fn(&Line) -> f64| spread(of).median;
    let ms =
        |p50: fn(&Line) -> f64, p99: fn(&Line) -> f64| format!("{:.2} {:.2}", median(p50) / 1e3, median(p99) / 1e3);
    let cores: [fn(&Line) -> f64; 4] =
        [|line| line.cores.client, |line| line.cores.service, |line| line.cores.postgres, |line| line.cores.nats];
    [
        line.title(),
        spread(|line| line.accepted_per_second).to_string(),
        thousands(median(|line| line.deliveries_per_second)),
        ms(|line| float(line.response_p50_us), |line| float(line.response_p99_us)),
        ms(|line| float(line.shown_p50_us), |line| float(line.shown_p99_us)),
        cores.map(|of| format!("{:.2}", median(of))).join(" "),
        format!("{:.0}", median(|line| line.cpu_us_per_message)),
    ]
}

fn counts(runs: &[&Line]) -> String {
    let sum = |of: fn(&Line) -> u64| runs.iter().map(|line| of(line)).sum::<u64>();
    format!(
        "of {} accepted: {} lost, {} doubled, {} to others, {} refused, {} streams resumed, {} reset",
        thousands(float(sum(|line| line.accepted))),
        sum(|line| line.lost),
        sum(|line| line.doubled),
        sum(|line| line.foreign),
        sum(|line| line.refused),
        sum(|line| line.resumed),
        sum(|line| line.reset),
    )
}
