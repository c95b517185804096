//! Metrics of live streams, described in docs/operations.md.

use std::time::Duration;

use causerie_events::RecordedEvent;
use jiff::Timestamp;

/// Counts an open stream until it is dropped.
pub(super) struct StreamMetrics {
    open: metrics::Gauge,
    latency: metrics::Histogram,
}

impl StreamMetrics {
    pub(super) fn open() -> Self {
        let open = metrics::gauge!("causerie_streams_open");
        open.increment(1);
        Self { open, latency: metrics::histogram!("causerie_stream_latency_seconds") }
    }

    /// Records the latency between two clocks, that of Postgres and that of this process.
    pub(super) fn record_delivery(&self, recorded: &RecordedEvent) {
        let taken = Timestamp::now().duration_since(recorded.recorded_at);
        self.latency.record(Duration::try_from(taken).unwrap_or_default());
    }
}

impl Drop for StreamMetrics {
    fn drop(&mut self) {
        self.open.decrement(1);
    }
}
