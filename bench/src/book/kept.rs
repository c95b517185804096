//! What is kept of a run beside its results.

use serde::{Deserialize, Serialize};

/// The file of it, in the folder of the results.
pub(crate) const RUN: &str = "run.json";

/// All benchmarks, once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    /// Of what was measured.
    pub(crate) commit: String,
    pub(crate) date: String,
    pub(crate) quick: bool,
    pub(crate) steps: Vec<Ran>,
}

/// One of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ran {
    pub(crate) name: String,
    pub(crate) arguments: String,
    pub(crate) seconds: f64,
    pub(crate) succeeded: bool,
}
