//! One figure for each question.

use serde_json::{Value, json};

use super::bars::{self, Bar};
use super::curves::{self, Curve};
use super::others::OTHERS;
use super::parts;
use super::results::Results;
use crate::report::thousands;

/// A file of the figures.
pub(super) struct Figure {
    pub(super) name: &'static str,
    pub(super) svg: String,
}

/// Those for which there are results.
pub(super) fn all(results: &Results) -> Vec<Figure> {
    [throughput(results), latency(results), history(results), group_size(results), sites(results)]
        .into_iter()
        .flatten()
        .collect()
}

pub(super) fn case(name: &str) -> [(&'static str, Value); 1] {
    [("case", json!(name))]
}

fn throughput(results: &Results) -> Option<Figure> {
    let loads =
        [("one room of 32", "one room of 32, all sending and reading"), ("8 rooms of 4", "8 rooms of 4, likewise")];
    let mut groups = Vec::new();
    for (index, (load, title)) in loads.into_iter().enumerate() {
        let ours = results.median("chat", &case(load), "accepted_per_second")?;
        let others = OTHERS.iter().map(|other| (other.name, other.accepted[index]));
        groups.push((title.to_owned(), beside(ours, others, thousands)));
    }
    let most = longest(&groups);
    let about = "messages accepted a second, durably; the others as measured elsewhere on the same kind of machine";
    Some(Figure { name: "throughput", svg: bars::draw("Messages a second", about, &groups, most) })
}

fn latency(results: &Results) -> Option<Figure> {
    let mut groups = Vec::new();
    for (index, (number, title)) in
        [("shown_p50_us", "half of them within"), ("shown_p99_us", "99 of 100 within")].into_iter().enumerate()
    {
        let ours = results.median("chat", &case("20 sends/s, room of 32"), number)? / 1e3;
        let others = OTHERS.iter().map(|other| (other.name, other.shown[index]));
        groups.push((title.to_owned(), beside(ours, others, |ms| format!("{} ms", tenths(ms)))));
    }
    let near = groups.iter().flat_map(|(_, bars)| bars).map(|bar| bar.value).filter(|value| *value < 100.0);
    let most = near.fold(1.0, f64::max);
    let about = "at 20 sends a second into a room of 32; the others as measured elsewhere on the same kind of machine";
    Some(Figure { name: "latency", svg: bars::draw("From send to another member's stream", about, &groups, most) })
}

fn beside<'a>(ours: f64, others: impl Iterator<Item = (&'a str, f64)>, write: impl Fn(f64) -> String) -> Vec<Bar> {
    let bar = |name: &str, value, ours| Bar { name: name.to_owned(), value, text: write(value), ours };
    std::iter::once(bar("Causerie", ours, true)).chain(others.map(|(name, value)| bar(name, value, false))).collect()
}

/// Milliseconds, to a tenth where that means something.
pub(super) fn tenths(ms: f64) -> String {
    if ms < 100.0 { format!("{ms:.1}") } else { thousands(ms) }
}

fn longest(groups: &[(String, Vec<Bar>)]) -> f64 {
    groups.iter().flat_map(|(_, bars)| bars).map(|bar| bar.value).fold(1.0, f64::max)
}

/// What one task alone pays for a send, by what the conversation holds.
pub(super) fn held(results: &Results, subject: &str) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for line in results.only("commands", &[("subject", json!(subject)), ("run", json!(1))]) {
        let Some(name) = line["case"].as_str() else { continue };
        let Some(held) = name.strip_prefix("tasks-1-holding-").and_then(|held| held.parse().ok()) else { continue };
        let is = [("subject", json!(subject)), ("case", json!(name))];
        points.extend(results.median("commands", &is, "p50_us").map(|p50| (held, p50 / 1e3)));
    }
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    points
}

fn history(results: &Results) -> Option<Figure> {
    let whole = in_ms(results.series("growth", &case("history"), "stored", "shown_p50_us"));
    let curves = [
        ("a send, in process", held(results, "causerie")),
        ("cqrs-es as documented", held(results, "as documented")),
        ("send to screen, whole", whole),
    ];
    let about = "median in ms; one send at a time in process, and 20 sends a second through the whole service";
    drawn("history", "What a long history costs", about, "messages that the conversation holds already", curves)
}

fn group_size(results: &Results) -> Option<Figure> {
    let all = |number| in_ms(results.series("growth", &case("group, all read"), "members", number));
    let some = |number| in_ms(parts::some_read(results, number));
    let curves = [
        ("to screen, 32 read", some("shown_p50_us")),
        ("to screen, all read", all("shown_p50_us")),
        ("CPU, 32 read", some("cpu_us_per_message")),
        ("CPU, all read", all("cpu_us_per_message")),
    ];
    let about = "median in ms from send to screen, and ms of processor a message; 20 sends a second";
    drawn("group-size", "What a large group costs", about, "members of the group", curves)
}

fn sites(results: &Results) -> Option<Figure> {
    let of = |number| in_ms(results.series("growth", &case("sites"), "sites", number));
    let curves = [
        ("to screen, p50", of("shown_p50_us")),
        ("to screen, p99", of("shown_p99_us")),
        ("CPU a message", of("cpu_us_per_message")),
    ];
    let about = "ms from send to screen, and ms of processor a message; 20 sends a second into a room of 32";
    drawn("sites", "What many sites cost", about, "sites of the service", curves)
}

fn in_ms(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.into_iter().map(|(size, micros)| (size, micros / 1e3)).collect()
}

fn drawn<const N: usize>(
    name: &'static str,
    title: &str,
    about: &str,
    size: &str,
    curves: [(&str, Vec<(f64, f64)>); N],
) -> Option<Figure> {
    let curves: Vec<Curve> = curves
        .into_iter()
        .filter(|(_, points)| points.len() > 1)
        .map(|(name, points)| Curve { name: name.to_owned(), points })
        .collect();
    (!curves.is_empty()).then(|| Figure { name, svg: curves::draw(title, about, size, &curves) })
}
