//! The lines of the results, and the table.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::speak::Spoken;
use super::town::GROUP;
use crate::load::histogram;
use crate::machine::Machine;
use crate::report::{float, say, thousands};

/// How long messages took from the send to the streams, in microseconds.
#[derive(Debug)]
pub(super) struct Tally(Histogram<u64>);

impl Tally {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self(histogram()?))
    }

    pub(super) fn add(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    pub(super) fn merge(&mut self, other: &Self) -> anyhow::Result<()> {
        Ok(self.0.add(&other.0)?)
    }
}

/// What a stream costs while nothing happens.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Idle {
    streams: u32,
    memory_before_kib: u64,
    memory_idle_kib: u64,
    kib_per_stream: f64,
}

impl Idle {
    pub(super) fn of(streams: u32, before: u64, idle: u64) -> Self {
        let kib_per_stream = float(idle.saturating_sub(before)) / f64::from(streams);
        Self { streams, memory_before_kib: before, memory_idle_kib: idle, kib_per_stream }
    }
}

/// A minute of the load.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Minute {
    number: usize,
    delivered: u64,
    p50_us: u64,
    p99_us: u64,
    memory_kib: u64,
}

impl Minute {
    pub(super) fn of(number: usize, tally: &Tally, memory_kib: u64) -> Self {
        let (p50_us, p99_us) = (tally.0.value_at_quantile(0.5), tally.0.value_at_quantile(0.99));
        Self { number, delivered: tally.0.len(), p50_us, p99_us, memory_kib }
    }
}

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct Result {
    streams: u32,
    sent: u64,
    refused: u64,
    pub(super) expected: u64,
    pub(super) delivered: u64,
    /// Streams that the service closed.
    ended: u64,
    /// From the send to the streams of all participants.
    p50_us: u64,
    p99_us: u64,
    max_us: u64,
    /// From the send to its answer.
    answer_p50_us: u64,
    answer_p99_us: u64,
    idle: Idle,
    #[serde(skip)]
    minutes: Vec<Minute>,
}

impl Result {
    pub(super) fn of(
        streams: u32,
        spoken: &Spoken,
        tally: &Tally,
        ended: u64,
        idle: Idle,
        minutes: Vec<Minute>,
    ) -> Self {
        Self {
            streams,
            sent: spoken.sent,
            refused: spoken.refused,
            expected: spoken.sent * GROUP as u64,
            delivered: tally.0.len(),
            ended,
            p50_us: tally.0.value_at_quantile(0.5),
            p99_us: tally.0.value_at_quantile(0.99),
            max_us: tally.0.max(),
            answer_p50_us: spoken.answers.value_at_quantile(0.5),
            answer_p99_us: spoken.answers.value_at_quantile(0.99),
            idle,
            minutes,
        }
    }
}

pub(super) fn print(machine: &Machine, result: &Result) -> anyhow::Result<()> {
    let Result { streams, sent, refused, expected, delivered, ended, idle, .. } = result;
    let count = |number: u64| thousands(float(number));
    say(&format!("\n{}\n", machine.line()))?;
    say(&format!(
        "{streams} streams, {} sends into groups of {GROUP}, {refused} refused; {} of {} messages shown, {ended} streams closed",
        count(*sent),
        count(*delivered),
        count(*expected),
    ))?;
    say(&format!("\n{:<34}{:>10}{:>10}{:>10}", "ms", "p50", "p99", "max"))?;
    let Result { p50_us, p99_us, max_us, answer_p50_us, answer_p99_us, .. } = result;
    say(&format!(
        "  {:<32}{:>10}{:>10}{:>10}",
        "from send to stream",
        milliseconds(*p50_us),
        milliseconds(*p99_us),
        milliseconds(*max_us)
    ))?;
    say(&format!(
        "  {:<32}{:>10}{:>10}",
        "from send to answer",
        milliseconds(*answer_p50_us),
        milliseconds(*answer_p99_us)
    ))?;
    say(&format!("\n{:<34}{:>10}{:>14}{:>10}", "minute", "shown", "memory KiB", "p99 ms"))?;
    say(&format!("  {:<32}{:>10}{:>14}", "before the streams", "", count(idle.memory_before_kib)))?;
    let each = format!("streams open, {:.1} KiB each", idle.kib_per_stream);
    say(&format!("  {each:<32}{:>10}{:>14}", "", count(idle.memory_idle_kib)))?;
    for Minute { number, delivered, p99_us, memory_kib, .. } in &result.minutes {
        let (delivered, memory) = (count(*delivered), count(*memory_kib));
        say(&format!("  {number:<32}{delivered:>10}{memory:>14}{:>10}", milliseconds(*p99_us)))?;
    }
    Ok(())
}

fn milliseconds(micros: u64) -> String {
    format!("{:.1}", float(micros) / 1e3)
}
