//! Three times as many sends as the service accepts, over more connections than it serves at once.
//! The service must go on accepting what it can, and reject the rest quickly. The clients run on
//! the same processors, and a rejected request costs them as much as an accepted one.

use super::{Line, Load, measure as measure_load};
use crate::arguments::Repetition;
use crate::report::{self, Spread, float, thousands};
use crate::site::Site;

pub(super) const CAPACITY: &str = "capacity";
pub(super) const OVERLOAD: &str = "overload";
/// Sends asked for, divided by the sends accepted without overload.
const FACTOR: f64 = 3.0;
const ROOMS: usize = 8;
const READERS_PER_ROOM: usize = 4;
/// These senders wait for each response, to find the capacity.
const WAITING_SENDERS_PER_ROOM: usize = 8;
/// More than `server.max_requests` in all rooms together.
const OVERLOAD_SENDERS_PER_ROOM: usize = 250;

pub(super) async fn measure(site: &mut Site<'_>, repetition: &Repetition, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let rooms = site.add_groups(ROOMS, OVERLOAD_SENDERS_PER_ROOM).await?;
    let load = |case: &str, senders, rate| Load {
        senders,
        readers: READERS_PER_ROOM,
        rate,
        ..Load::new(case, ROOMS, OVERLOAD_SENDERS_PER_ROOM)
    };
    for run in repetition.runs() {
        let capacity = load(CAPACITY, WAITING_SENDERS_PER_ROOM, None);
        let capacity = measure_load(site, &capacity, &rooms, run, repetition.time()).await?;
        let rate = (capacity.accepted_per_second * FACTOR).round();
        lines.push(capacity);
        let overload = load(OVERLOAD, OVERLOAD_SENDERS_PER_ROOM, Some(rate));
        lines.push(measure_load(site, &overload, &rooms, run, repetition.time()).await?);
    }
    Ok(())
}

/// Prints how much of its capacity the service keeps, and how long a rejection takes: medians of
/// the runs.
pub(super) fn print(lines: &[Line]) -> anyhow::Result<()> {
    let of_case = |case: &str| lines.iter().filter(|line| line.load.case == case).collect::<Vec<_>>();
    let (capacity, overload) = (of_case(CAPACITY), of_case(OVERLOAD));
    if overload.is_empty() {
        return Ok(());
    }
    let median = |of: fn(&Line) -> f64| Spread::of(overload.iter().map(|line| of(line))).median;
    let pairs = overload.iter().zip(&capacity);
    let accepted = Spread::of(pairs.map(|(line, capacity)| line.accepted_per_second / capacity.accepted_per_second));
    report::note(&format!(
        "overload: of {} sends/s, {} are accepted, {:.0} % of the capacity; {} are rejected, 99 % of them within {:.1} ms",
        thousands(median(|line| line.load.rate.unwrap_or_default())),
        thousands(median(|line| line.accepted_per_second)),
        accepted.median * 100.0,
        thousands(median(|line| line.refused_per_second)),
        median(|line| float(line.refusal_p99_us)) / 1e3,
    ))
}
