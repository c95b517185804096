//! The results of a run, asked for medians.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::kept::{RUN, Run};
use crate::report::Spread;

/// Everything that was measured.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) run: Run,
    lines: BTreeMap<String, Vec<Value>>,
}

impl Results {
    pub(super) fn of(folder: &Path) -> anyhow::Result<Self> {
        let run = folder.join(RUN);
        let run = fs::read_to_string(&run).with_context(|| format!("no results: {}", run.display()))?;
        let run: Run = serde_json::from_str(&run)?;
        let mut lines = BTreeMap::new();
        for step in &run.steps {
            let text = fs::read_to_string(folder.join(format!("{}.jsonl", step.name)))?;
            // A benchmark that was cut short may have left half a line.
            let of_step = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            lines.insert(step.name.clone(), of_step);
        }
        Ok(Self { run, lines })
    }

    /// The lines of one benchmark; the first is the machine's.
    pub(super) fn lines(&self, benchmark: &str) -> &[Value] {
        self.lines.get(benchmark).map_or(&[], Vec::as_slice)
    }

    /// Those lines that say all of this.
    pub(super) fn only<'a>(&'a self, benchmark: &str, is: &[(&str, Value)]) -> Vec<&'a Value> {
        let fits = |line: &&Value| is.iter().all(|(key, value)| line[*key] == *value);
        self.lines(benchmark).iter().filter(fits).collect()
    }

    /// A number over the runs of one case.
    pub(super) fn spread(&self, benchmark: &str, is: &[(&str, Value)], number: &str) -> Option<Spread> {
        Spread::of(self.only(benchmark, is).iter().filter_map(|line| line[number].as_f64()))
    }

    /// The middle one.
    pub(super) fn median(&self, benchmark: &str, is: &[(&str, Value)], number: &str) -> Option<f64> {
        self.spread(benchmark, is, number).map(|spread| spread.median)
    }

    /// How the median of `number` goes with `size`, smallest first.
    pub(super) fn series(&self, benchmark: &str, is: &[(&str, Value)], size: &str, number: &str) -> Vec<(f64, f64)> {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for line in self.only(benchmark, is) {
            let Some(at) = line[size].as_f64() else { continue };
            if points.iter().any(|(seen, _)| seen.total_cmp(&at).is_eq()) {
                continue;
            }
            let is: Vec<(&str, Value)> = is.iter().cloned().chain([(size, line[size].clone())]).collect();
            points.extend(self.median(benchmark, &is, number).map(|median| (at, median)));
        }
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        points
    }
}
