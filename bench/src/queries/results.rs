//! The lines of the results.

use hdrhistogram::Histogram;
use serde::Serialize;

/// A read model, filled from the log.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Projected {
    pub(super) model: &'static str,
    /// Events in a transaction.
    pub(super) batch: u32,
    pub(super) events: u64,
    pub(super) seconds: f64,
    pub(super) events_per_second: f64,
    /// Of the seconds, those not spent on waiting for the log.
    pub(super) applying_seconds: f64,
    /// Processors used by this process and by Postgres.
    pub(super) client_cores: Option<f64>,
    pub(super) server_cores: Option<f64>,
}

/// The rows of a read model, copied.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Copied {
    pub(super) model: &'static str,
    pub(super) rows: u64,
    pub(super) seconds: f64,
    pub(super) rows_per_second: f64,
}

/// A query, asked many times; the floor is as many `SELECT 1` right before.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Answered {
    pub(super) query: &'static str,
    pub(super) case: String,
    pub(super) at_once: usize,
    /// Rows of the first answer.
    pub(super) rows: usize,
    pub(super) took: Latency,
    pub(super) floor: Latency,
    /// Whether the 99th percentile keeps to the requirement, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) within_limit: Option<bool>,
}

/// How long calls took.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Latency {
    pub(super) calls: u64,
    pub(super) p50_us: u64,
    pub(super) p99_us: u64,
    pub(super) max_us: u64,
}

impl Latency {
    pub(super) fn of(calls: &Histogram<u64>) -> Self {
        Self {
            calls: calls.len(),
            p50_us: calls.value_at_quantile(0.5),
            p99_us: calls.value_at_quantile(0.99),
            max_us: calls.max(),
        }
    }
}
