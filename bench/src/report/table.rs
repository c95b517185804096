//! The table at the end, for people.

use super::{Measurement, Spread, float, say, thousands};
use crate::commands::Case;
use crate::machine::Machine;

const OURS: &str = "causerie";
const PLAIN: &str = "plain INSERT";
const DOCUMENTED: &str = "as documented";

/// Prints medians (least..most) of all runs, and ratios of medians.
pub(crate) fn print_commands(machine: &Machine, cases: &[Case], all: &[Measurement]) -> anyhow::Result<()> {
    say(&format!("\n{}", machine.line()))?;
    say(&format!("\n{:<28}{:<30}{:<24}{:<10}{:<14}", "", "sends/s", "p50 ms", "p99 ms", "cores: us+pg"))?;
    for case in cases {
        let of_case: Vec<&Measurement> = all.iter().filter(|measurement| measurement.case == case.key()).collect();
        say(&case.title())?;
        for subject in subjects(&of_case) {
            say(&row(subject, &of_case))?;
        }
        if let Some(ratios) = ratios(case, &of_case) {
            say(&format!("  = {ratios}"))?;
        }
    }
    history(cases, all)
}

fn subjects(measurements: &[&Measurement]) -> Vec<&'static str> {
    let mut subjects = Vec::new();
    for measurement in measurements {
        if !subjects.contains(&measurement.subject) {
            subjects.push(measurement.subject);
        }
    }
    subjects
}

fn row(subject: &str, measurements: &[&Measurement]) -> String {
    let rate = spread(measurements, subject, rate).map(|spread| spread.to_string()).unwrap_or_default();
    let p50 = spread(measurements, subject, p50).map(|spread| spread.text(milliseconds)).unwrap_or_default();
    let p99 = median(measurements, subject, |measurement| float(measurement.p99_us) / 1e3);
    let client = median(measurements, subject, |measurement| measurement.client_cores.unwrap_or_default());
    let server = median(measurements, subject, |measurement| measurement.server_cores.unwrap_or_default());
    let batch = of(measurements, subject).filter_map(|measurement| measurement.batch_mean);
    let batch = Spread::of(batch).map(|spread| format!("{:.1} a batch", spread.median)).unwrap_or_default();
    let conflicts: u64 = of(measurements, subject).map(|measurement| measurement.conflicts).sum();
    let gave_up: u64 = of(measurements, subject).map(|measurement| measurement.gave_up).sum();
    let conflicts = if conflicts == 0 {
        String::new()
    } else {
        format!("{} conflicts, {gave_up} never taken", thousands(float(conflicts)))
    };
    let cores = format!("{:.1}+{:.1}", client.unwrap_or_default(), server.unwrap_or_default());
    let p99 = milliseconds(p99.unwrap_or_default());
    format!("  {subject:<26}{rate:<30}{p50:<24}{p99:<10}{cores:<14}{batch}{conflicts}").trim_end().to_owned()
}

/// Ours by the others: as documented with whichever pool was faster.
fn ratios(case: &Case, measurements: &[&Measurement]) -> Option<String> {
    let ours = median(measurements, OURS, rate)?;
    let mut ratios = Vec::new();
    if let Some(plain) = median(measurements, PLAIN, rate) {
        ratios.push(format!("{:.2} × {PLAIN}", ours / plain));
    }
    let documented = subjects(measurements).into_iter().filter(|subject| subject.starts_with(DOCUMENTED));
    let best = documented.filter_map(|subject| median(measurements, subject, rate)).max_by(f64::total_cmp);
    if let Some(best) = best {
        ratios.push(format!("{:.1} × {DOCUMENTED}", ours / best));
    }
    if let (1, Some(plain)) = (case.tasks, median(measurements, PLAIN, p50)) {
        ratios.push(format!("p50 {:.2} × that of {PLAIN}", median(measurements, OURS, p50)? / plain));
    }
    (!ratios.is_empty()).then(|| ratios.join(" · "))
}

/// What a send costs by what the conversation holds, against an empty one.
fn history(cases: &[Case], all: &[Measurement]) -> anyhow::Result<()> {
    let measurements: Vec<&Measurement> = all.iter().collect();
    for (tasks, what) in [(1, "p50 of one task alone"), (32, "time per send, 32 tasks")] {
        let holding = || cases.iter().filter(|case| case.tasks == tasks && case.holding.is_some());
        let Some(empty) = holding().find(|case| case.holding == Some(0)) else { continue };
        say(&format!("\n{what}, in a conversation that holds so many messages, by that in an empty one"))?;
        for subject in [OURS, DOCUMENTED] {
            let cost = |case: &Case| {
                let of_case: Vec<&Measurement> =
                    measurements.iter().copied().filter(|measurement| measurement.case == case.key()).collect();
                if tasks == 1 {
                    median(&of_case, subject, p50)
                } else {
                    median(&of_case, subject, rate).map(f64::recip)
                }
            };
            let Some(of_empty) = cost(empty) else { continue };
            let ratios = holding().filter_map(|case| {
                let messages = thousands(float(case.holding?));
                Some(format!("{messages}: × {:.2}", cost(case)? / of_empty))
            });
            say(&format!("  {subject:<26}{}", ratios.collect::<Vec<_>>().join("   ")))?;
        }
    }
    Ok(())
}

fn of<'a>(measurements: &'a [&Measurement], subject: &'a str) -> impl Iterator<Item = &'a Measurement> {
    measurements.iter().copied().filter(move |measurement| measurement.subject == subject)
}

fn spread(measurements: &[&Measurement], subject: &str, value: impl Fn(&Measurement) -> f64) -> Option<Spread> {
    Spread::of(of(measurements, subject).map(value))
}

fn median(measurements: &[&Measurement], subject: &str, value: impl Fn(&Measurement) -> f64) -> Option<f64> {
    spread(measurements, subject, value).map(|spread| spread.median)
}

fn rate(measurement: &Measurement) -> f64 {
    measurement.sends_per_second
}

fn p50(measurement: &Measurement) -> f64 {
    float(measurement.p50_us) / 1e3
}

fn milliseconds(value: f64) -> String {
    format!("{value:.2}")
}
