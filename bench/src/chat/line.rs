//! A line of the results.

use serde::{Deserialize, Serialize};

use super::drive::Driven;
use crate::report::float;

/// What was asked of the service.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
pub(crate) struct Load {
    /// For programs: what this is a measurement of.
    pub(crate) case: String,
    pub(crate) rooms: usize,
    /// Of each room.
    pub(crate) members: usize,
    pub(crate) senders: usize,
    pub(crate) readers: usize,
    /// Sends a second of all together; none: each sends when its last is answered.
    pub(crate) rate: Option<f64>,
    /// What there is already: messages in the first room, and sites.
    pub(crate) stored: u64,
    pub(crate) sites: usize,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    #[serde(flatten)]
    pub(crate) load: Load,
    pub(crate) run: u32,
    pub(crate) seconds: f64,
    /// In that time.
    pub(crate) accepted_per_second: f64,
    pub(crate) refused_per_second: f64,
    pub(crate) deliveries_per_second: f64,
    /// From when it was meant to be sent to the answer, and to the stream of another member.
    pub(crate) answer_p50_us: u64,
    pub(crate) answer_p99_us: u64,
    /// From when it was sent to the answer that it is not accepted.
    pub(crate) refusal_p99_us: u64,
    pub(crate) shown_p50_us: u64,
    pub(crate) shown_p99_us: u64,
    pub(crate) shown_max_us: u64,
    /// Of all, the warm-up included.
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    /// Messages times readers who never saw them, saw them again, or saw what is not theirs.
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    pub(crate) foreign: u64,
    /// Streams that the service closed and the client went on with.
    pub(crate) resumed: u64,
    /// Those that were too far behind for that, and are told to fetch what they missed.
    pub(crate) reset: u64,
    /// From the last answer to the last delivery.
    pub(crate) behind_ms: f64,
    pub(crate) client_cores: f64,
    pub(crate) service_cores: f64,
    pub(crate) postgres_cores: f64,
    pub(crate) nats_cores: f64,
    /// Processor time of service, Postgres and NATS by message accepted.
    pub(crate) cpu_us_per_message: f64,
    pub(crate) service_memory_kib: u64,
}

impl Line {
    pub(super) fn of(load: Load, run: u32, seconds: f64, driven: &Driven, memory: u64) -> Self {
        let Driven { tally, cores, .. } = driven;
        let window = &tally.window;
        let accepted_per_second = float(window.accepted) / seconds;
        let served = cores.service + cores.postgres + cores.nats;
        Self {
            load,
            run,
            seconds,
            accepted_per_second,
            refused_per_second: float(window.refusals.len()) / seconds,
            deliveries_per_second: float(window.deliveries) / seconds,
            answer_p50_us: window.answers.value_at_quantile(0.5),
            answer_p99_us: window.answers.value_at_quantile(0.99),
            refusal_p99_us: window.refusals.value_at_quantile(0.99),
            shown_p50_us: window.shown.value_at_quantile(0.5),
            shown_p99_us: window.shown.value_at_quantile(0.99),
            shown_max_us: window.shown.max(),
            accepted: driven.accepted,
            refused: tally.refused,
            lost: driven.lost,
            doubled: tally.doubled,
            foreign: tally.foreign,
            resumed: tally.resumed,
            reset: driven.reset,
            behind_ms: driven.behind.as_secs_f64() * 1e3,
            client_cores: cores.client,
            service_cores: cores.service,
            postgres_cores: cores.postgres,
            nats_cores: cores.nats,
            cpu_us_per_message: if accepted_per_second > 0.0 { served / accepted_per_second * 1e6 } else { 0.0 },
            service_memory_kib: memory,
        }
    }

    /// Whether every message reached everybody it was for, once, and nobody else.
    pub(crate) const fn is_whole(&self) -> bool {
        self.lost == 0 && self.doubled == 0 && self.foreign == 0
    }
}
