//! What is measured of the live stream. Names and meanings: docs/operations.md.

use std::time::Duration;

use causerie_events::RecordedEvent;
use jiff::Timestamp;

/// One open stream, counted for as long as this value lives.
pub(super) struct OpenStream {
    open: metrics::Gauge,
    latency: metrics::Histogram,
}

impl OpenStream {
    pub(super) fn count() -> Self {
        let open = metrics::gauge!("causerie_streams_open");
        open.increment(1);
        Self { open, latency: metrics::histogram!("causerie_stream_latency_seconds") }
    }

    /// An event has been handed to the stream. By two clocks, that of Postgres and ours: where ours is behind, it took no
    /// time.
    pub(super) fn handed_out(&self, recorded: &RecordedEvent) {
        let taken = Timestamp::now().duration_since(recorded.recorded_at);
        self.latency.record(Duration::try_from(taken).unwrap_or_default());
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.open.decrement(1);
    }
}
