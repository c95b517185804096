//! Measurements of how many events per second a subject processes, in turn with a baseline that
//! does the same work without checks or computation.

use std::time::Instant;

use serde::Serialize;

use crate::processes::{Cores, Processes};
use crate::report::{self, Spread, Table};
use crate::servers::Servers;

#[derive(Debug, Serialize)]
struct Measurement {
    case: String,
    subject: &'static str,
    run: u32,
    events: u64,
    seconds: f64,
    events_per_second: f64,
    #[serde(flatten)]
    cores: Cores,
}

pub(crate) struct Recorder {
    processes: Processes,
    events: u64,
    measurements: Vec<Measurement>,
}

impl Recorder {
    /// For work on the whole log.
    pub(crate) async fn new(servers: &Servers) -> anyhow::Result<Self> {
        let (processes, events) = (Processes::new(servers, None)?, servers.count_events().await?);
        Ok(Self { processes, events, measurements: Vec::new() })
    }

    pub(crate) const fn events(&self) -> u64 {
        self.events
    }

    /// Measures how long the work takes. Of each case, the subject measured last is the baseline.
    pub(crate) async fn measure<T>(
        &mut self,
        case: &str,
        subject: &'static str,
        run: u32,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        let (before, start) = (self.processes.read(), Instant::now());
        let result = work.await?;
        let seconds = start.elapsed().as_secs_f64();
        let measurement = Measurement {
            case: case.to_owned(),
            subject,
            run,
            events: self.events,
            seconds,
            events_per_second: report::float(self.events) / seconds,
            cores: self.processes.read().cores_since(&before),
        };
        report::json_line(&measurement)?;
        self.measurements.push(measurement);
        Ok(result)
    }

    /// Prints the medians, each divided by that of the baseline of its case.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let mut table = Table::new(["", "", "events/s", "ratio to the baseline"]);
        for case in distinct(self.measurements.iter().map(|measurement| measurement.case.as_str())) {
            let of_case = || self.measurements.iter().filter(move |measurement| measurement.case == case);
            let subjects = distinct(of_case().map(|measurement| measurement.subject));
            let rate = |subject| {
                let of_subject = of_case().filter(move |measurement| measurement.subject == subject);
                Spread::of(of_subject.map(|measurement| measurement.events_per_second))
            };
            let baseline = subjects.last().map_or(f64::NAN, |subject| rate(*subject).median);
            for subject in subjects {
                let (case, subject, rate) = (case.to_owned(), subject.to_owned(), rate(subject));
                table.row([case, subject, rate.to_string(), format!("{:.2}", rate.median / baseline)]);
            }
        }
        table.print()
    }
}

/// In the order of their first appearance.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}
