//! The load: so many tasks, each sending one message after another, for a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::Context;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::rooms::Rooms;
use crate::subjects::Subject;
use crate::usage::Meter;

/// A subject so slow that it has not got so many messages through in its time gets more …
const ENOUGH: u64 = 10;
/// … up to so many times as much.
const PATIENCE: u32 = 4;

/// Told to the tasks when the time is over: what is under way ends, nothing is tried again.
#[derive(Debug, Default)]
pub(crate) struct Stop(AtomicBool);

impl Stop {
    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// What a load came to. Rates are of the time before the stop; latencies are of every message that got through.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) taken: u64,
    pub(crate) elapsed: Duration,
    pub(crate) latency: Histogram<u64>,
    pub(crate) conflicts: u64,
    pub(crate) gave_up: u64,
    /// Processors used meanwhile: by this process, by Postgres.
    pub(crate) cores: Option<(f64, f64)>,
}

#[derive(Debug, Default)]
struct Counters {
    stop: Stop,
    taken: AtomicU64,
    conflicts: AtomicU64,
    gave_up: AtomicU64,
}

/// Sends from so many tasks for so long.
pub(crate) async fn drive<S: Subject>(
    subject: &Arc<S>,
    rooms: &Rooms,
    tasks: usize,
    time: Duration,
    meter: &Meter,
) -> anyhow::Result<Outcome> {
    let counters = Arc::new(Counters::default());
    let (used, start) = (meter.read(), Instant::now());
    let mut sending = JoinSet::new();
    for task in 0..tasks {
        sending.spawn(send_on(Arc::clone(subject), rooms.clone(), task, Arc::clone(&counters)));
    }
    wait(time, &counters.taken).await;
    let (taken, elapsed) = (counters.taken.load(Relaxed), start.elapsed());
    counters.stop.0.store(true, Relaxed);
    let cores = used.and_then(|before| Some(meter.read()?.cores_since(before, elapsed)));

    let mut latency = histogram()?;
    while let Some(sent) = sending.join_next().await {
        latency.add(sent.context("a task of the load ended early")??)?;
    }
    let (conflicts, gave_up) = (counters.conflicts.load(Relaxed), counters.gave_up.load(Relaxed));
    Ok(Outcome { taken, elapsed, latency, conflicts, gave_up, cores })
}

async fn wait(time: Duration, taken: &AtomicU64) {
    let start = Instant::now();
    tokio::time::sleep(time).await;
    while taken.load(Relaxed) < ENOUGH && start.elapsed() < time * PATIENCE {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn send_on<S: Subject>(
    subject: Arc<S>,
    rooms: Rooms,
    task: usize,
    counters: Arc<Counters>,
) -> anyhow::Result<Histogram<u64>> {
    let mut latency = histogram()?;
    let mut count = 0;
    while !counters.stop.is_over() {
        let start = Instant::now();
        let sent = subject.send(&rooms, task, count, &counters.stop).await?;
        counters.conflicts.fetch_add(sent.conflicts, Relaxed);
        if sent.taken {
            counters.taken.fetch_add(1, Relaxed);
            latency.saturating_record(u64::try_from(start.elapsed().as_micros())?);
        } else if !counters.stop.is_over() {
            counters.gave_up.fetch_add(1, Relaxed);
        }
        count += 1;
    }
    Ok(latency)
}

/// Microseconds, up to ten minutes, to three digits.
pub(crate) fn histogram() -> anyhow::Result<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, 600_000_000, 3)?)
}
