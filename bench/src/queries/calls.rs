//! Asking many times: alone, or several at once on connections of the pool.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use causerie_store::Pool;
use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use super::ask::Ask;
use super::cases::Case;
use super::results::{Answered, Latency};
use crate::load::histogram;

/// Asked before it is measured, so that each connection has the statement and has settled on a plan.
const WARM_UP: usize = 200;
/// The most that is asked at once.
const MOST: usize = 8;
/// The requirement for ListConversations and ListMessages, at the 99th percentile.
pub(super) const LIMIT: Duration = Duration::from_millis(20);

impl Case {
    pub(super) async fn measure(&self, pool: &Pool, at_once: usize, calls: usize) -> anyhow::Result<Answered> {
        let ask = Arc::new(self.ask.clone());
        let rows = ask.call(pool, 0).await?;
        anyhow::ensure!(self.fits(rows), "{}: {rows} rows", self.title);
        let floor = Arc::new(Ask::Floor);
        for ask in [&floor, &ask] {
            drive(ask, pool, MOST, WARM_UP.min(calls)).await?;
        }
        let floor = Latency::of(&drive(&floor, pool, at_once, calls).await?);
        let took = Latency::of(&drive(&ask, pool, at_once, calls).await?);
        let required = matches!(*ask, Ask::Conversations(_) | Ask::Messages(_));
        let within_limit = required.then_some(u128::from(took.p99_us) < LIMIT.as_micros());
        Ok(Answered { query: ask.name(), case: self.title.clone(), at_once, rows, took, floor, within_limit })
    }
}

async fn drive(ask: &Arc<Ask>, pool: &Pool, at_once: usize, calls: usize) -> anyhow::Result<Histogram<u64>> {
    let mut asking = JoinSet::new();
    for task in 0..at_once {
        asking.spawn(go_on(Arc::clone(ask), pool.clone(), (task..calls).step_by(at_once)));
    }
    let mut took = histogram()?;
    while let Some(asked) = asking.join_next().await {
        took.add(asked.context("a task of the load ended early")??)?;
    }
    Ok(took)
}

async fn go_on(
    ask: Arc<Ask>,
    pool: Pool,
    counts: impl Iterator<Item = usize> + Send,
) -> anyhow::Result<Histogram<u64>> {
    let mut took = histogram()?;
    for count in counts {
        let start = Instant::now();
        ask.call(&pool, count).await?;
        took.saturating_record(u64::try_from(start.elapsed().as_micros())?);
    }
    Ok(took)
}
