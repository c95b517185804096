//! One measurement.

use serde::Serialize;

use super::float;
use crate::load::Outcome;

/// A line of the results.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measurement {
    /// Which load.
    pub(crate) case: String,
    /// Who took it.
    pub(crate) subject: &'static str,
    /// Of how many runs.
    pub(crate) run: u32,
    /// Messages accepted durably before the time was over, and that time.
    pub(crate) sends: u64,
    pub(crate) seconds: f64,
    pub(crate) sends_per_second: f64,
    /// Latency of one send, retries included.
    pub(crate) p50_us: u64,
    pub(crate) p99_us: u64,
    /// Messages a transaction, where there is group commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) batch_mean: Option<f64>,
    /// How often a send met another and was tried again, and how many were never taken.
    pub(crate) conflicts: u64,
    pub(crate) gave_up: u64,
    /// Processors used by this process and by Postgres.
    pub(crate) client_cores: Option<f64>,
    pub(crate) server_cores: Option<f64>,
}

impl Measurement {
    pub(crate) fn new(
        case: String,
        subject: &'static str,
        run: u32,
        outcome: &Outcome,
        batch_mean: Option<f64>,
    ) -> Self {
        let seconds = outcome.elapsed.as_secs_f64();
        Self {
            case,
            subject,
            run,
            sends: outcome.taken,
            seconds,
            sends_per_second: float(outcome.taken) / seconds,
            p50_us: outcome.latency.value_at_quantile(0.5),
            p99_us: outcome.latency.value_at_quantile(0.99),
            batch_mean,
            conflicts: outcome.conflicts,
            gave_up: outcome.gave_up,
            client_cores: outcome.cores.map(|(client, _)| client),
            server_cores: outcome.cores.map(|(_, server)| server),
        }
    }
}
