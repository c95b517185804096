//! The table, for people.

use super::line::{Line, Load};
use crate::machine::Machine;
use crate::report::{Spread, float, say, thousands};

/// Medians (least..most) of the runs of each load, and whatever went wrong in any of them.
pub(crate) fn print(machine: &Machine, lines: &[Line]) -> anyhow::Result<()> {
    say(&format!("\n{}\n", machine.line()))?;
    let cores = "cores: us service postgres nats";
    say(&format!(
        "{:<26}{:<26}{:>14}  {:<16}{:<18}{cores:<34}{:>8}",
        "", "accepted/s", "deliveries/s", "answer p50 p99", "shown p50 p99 ms", "µs/message"
    ))?;
    let mut loads: Vec<&Load> = Vec::new();
    for line in lines {
        if !loads.contains(&&line.load) {
            loads.push(&line.load);
        }
    }
    for load in loads {
        let runs: Vec<&Line> = lines.iter().filter(|line| line.load == *load).collect();
        say(&row(load, &runs))?;
        let sum = |of: fn(&Line) -> u64| runs.iter().map(|line| of(line)).sum::<u64>();
        let (lost, doubled, foreign) = (sum(|line| line.lost), sum(|line| line.doubled), sum(|line| line.foreign));
        let (refused, resumed, reset) = (sum(|line| line.refused), sum(|line| line.resumed), sum(|line| line.reset));
        say(&format!(
            "  of {} accepted: {lost} lost, {doubled} doubled, {foreign} to others, {refused} refused, {resumed} streams resumed, \
             {reset} reset",
            thousands(float(sum(|line| line.accepted)))
        ))?;
    }
    Ok(())
}

/// With how much there is of what grows.
fn title(load: &Load) -> String {
    let size = match load.case.as_str() {
        "sites" => load.sites as u64,
        "history" => load.stored,
        case if case.starts_with("group") => load.members as u64,
        _ => return load.case.clone(),
    };
    format!("{}: {}", load.case, thousands(float(size)))
}

fn row(load: &Load, runs: &[&Line]) -> String {
    let spread = |of: fn(&Line) -> f64| Spread::of(runs.iter().map(|line| of(line)));
    let median = |of: fn(&Line) -> f64| spread(of).map_or(0.0, |spread| spread.median);
    let ms = |of: fn(&Line) -> f64| format!("{:.2}", median(of) / 1e3);
    let accepted = spread(|line| line.accepted_per_second).map(|spread| spread.to_string()).unwrap_or_default();
    let answer = format!("{} {}", ms(|line| float(line.answer_p50_us)), ms(|line| float(line.answer_p99_us)));
    let shown = format!("{} {}", ms(|line| float(line.shown_p50_us)), ms(|line| float(line.shown_p99_us)));
    let cores = format!(
        "{:.2} {:.2} {:.2} {:.2}",
        median(|line| line.client_cores),
        median(|line| line.service_cores),
        median(|line| line.postgres_cores),
        median(|line| line.nats_cores)
    );
    format!(
        "{:<26}{accepted:<26}{:>14}  {answer:<16}{shown:<18}{cores:<34}{:>8.0}",
        title(load),
        thousands(median(|line| line.deliveries_per_second)),
        median(|line| line.cpu_us_per_message)
    )
}
