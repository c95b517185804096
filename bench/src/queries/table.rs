//! The table at the end, for people.

use super::Results;
use super::calls::LIMIT;
use super::results::{Answered, Copied, Latency, Projected};
use super::shape::Shape;
use crate::machine::Machine;
use crate::report::{float, say, thousands};

pub(super) fn print(machine: &Machine, shape: &Shape, results: &Results) -> anyhow::Result<()> {
    let Shape { messages, members, crowd, busy, other_sites, .. } = shape;
    say(&format!("\n{}", machine.line()))?;
    say(&format!(
        "{} messages · {} members and {other_sites} other sites · a group of {} · a member in {} conversations",
        thousands(float(*messages)),
        thousands(float(*members as u64)),
        thousands(float(*crowd as u64)),
        thousands(float(*busy as u64)),
    ))?;
    say(&format!("\n{:<40}{:>12}{:>10}{:>12}  {}", "projecting", "events/s", "seconds", "applying s", "cores: us+pg"))?;
    for copied in &results.copied {
        for projected in results.projected.iter().filter(|projected| projected.model == copied.model) {
            say(&projection(projected, copied))?;
        }
        let Copied { rows, seconds, rows_per_second, .. } = copied;
        let title = format!("  the same {} rows, copied", thousands(float(*rows)));
        say(&format!("{title:<40}{:>12}{seconds:>10.2}", format!("{} rows", thousands(*rows_per_second))))?;
    }
    for at_once in super::AT_ONCE {
        answers(at_once, results.answered.iter().filter(|answered| answered.at_once == at_once))?;
    }
    Ok(())
}

fn projection(projected: &Projected, copied: &Copied) -> String {
    let Projected { model, batch, seconds, events_per_second, applying_seconds, client_cores, server_cores, .. } =
        projected;
    let title = format!("  {model}, {batch} a batch");
    let cores = format!("{:.1}+{:.1}", client_cores.unwrap_or_default(), server_cores.unwrap_or_default());
    format!(
        "{title:<40}{:>12}{seconds:>10.1}{applying_seconds:>12.1}  {cores:<14}{:.1} × the copy",
        thousands(*events_per_second),
        seconds / copied.seconds
    )
}

fn answers<'a>(at_once: usize, answers: impl Iterator<Item = &'a Answered>) -> anyhow::Result<()> {
    let calls = format!("{at_once} at once, ms");
    say(&format!("\n{calls:<56}{:>5}{:>9}{:>9}{:>9}   {}", "rows", "p50", "p99", "max", "SELECT 1: p50, p99, max"))?;
    let mut query = "";
    for answered in answers {
        if answered.query != query {
            query = answered.query;
            say(query)?;
        }
        let Latency { p50_us, p99_us, max_us, .. } = answered.floor;
        let floor = format!("{}, {}, {}", milliseconds(p50_us), milliseconds(p99_us), milliseconds(max_us));
        let Latency { p50_us, p99_us, max_us, .. } = answered.took;
        let over = match answered.within_limit {
            Some(false) => format!("   p99 over {} ms", LIMIT.as_millis()),
            _ => String::new(),
        };
        say(&format!(
            "  {:<54}{:>5}{:>9}{:>9}{:>9}   {floor}{over}",
            answered.case,
            answered.rows,
            milliseconds(p50_us),
            milliseconds(p99_us),
            milliseconds(max_us)
        ))?;
    }
    Ok(())
}

fn milliseconds(micros: u64) -> String {
    format!("{:.2}", float(micros) / 1e3)
}
