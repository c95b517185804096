//! Command-line arguments that several benchmarks share.

use std::ops::RangeInclusive;
use std::time::Duration;

use clap::Args;

/// How often and how long a load is measured.
#[derive(Debug, Args)]
pub(crate) struct Repetition {
    /// Number of runs of each measurement.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Length of one measurement.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    seconds: f64,
    /// A smoke test: one run of two seconds each. Its figures mean little.
    #[arg(long, conflicts_with_all = ["runs", "seconds"])]
    pub(crate) quick: bool,
}

impl Repetition {
    pub(crate) const fn runs(&self) -> RangeInclusive<u32> {
        1..=if self.quick { 1 } else { self.runs }
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs_f64(if self.quick { 2.0 } else { self.seconds })
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && seconds <= 600.0 => Ok(seconds),
        _ => Err("must be more than 0 and at most 600".to_owned()),
    }
}

/// The size of the log that a benchmark fills and processes.
#[derive(Debug, Args)]
pub(crate) struct LogSize {
    /// Number of messages in the log.
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(10_000..))]
    messages: u64,
    /// Number of runs of each measurement, in turn with the baseline.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// A smoke test: one run over 10,000 messages. Its figures mean little.
    #[arg(long, conflicts_with_all = ["messages", "runs"])]
    quick: bool,
}

impl LogSize {
    pub(crate) const fn messages(&self) -> u64 {
        if self.quick { 10_000 } else { self.messages }
    }

    pub(crate) const fn runs(&self) -> RangeInclusive<u32> {
        1..=if self.quick { 1 } else { self.runs }
    }
}
