//! What was drawn, and how often each aimed window was really hit.

use std::collections::BTreeMap;

/// How often a fault was tried, and how often there is evidence that its window was hit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    pub(crate) tried: u64,
    pub(crate) hit: u64,
    /// What the hits were counted by.
    pub(crate) evidence: &'static str,
}

/// All faults of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Windows {
    pub(crate) of: BTreeMap<&'static str, Window>,
    /// Each fault as it was drawn.
    pub(crate) drawn: Vec<String>,
    /// Which API process was stopped by a signal, and when: nobody is promised an answer by it meanwhile.
    pub(crate) frozen: Vec<(usize, u64, u64)>,
    /// Faults that showed a fault of the service by themselves.
    pub(crate) failed: Vec<String>,
}

impl Windows {
    pub(crate) fn note(&mut self, fault: &'static str, evidence: &'static str, hit: bool, drawn: &str) {
        let window = self.of.entry(fault).or_default();
        window.tried += 1;
        window.hit += u64::from(hit);
        window.evidence = evidence;
        self.drawn.push(format!("{fault}: {drawn}{}", if hit { "" } else { " (window missed)" }));
    }

    /// How often a window was hit.
    pub(crate) fn hits(&self, fault: &str) -> u64 {
        self.of.get(fault).map_or(0, |window| window.hit)
    }
}
