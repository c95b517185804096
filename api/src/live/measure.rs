//! What is measured of the live stream. Names and meanings: docs/operations.md.

use std::time::Duration;

use causerie_events::RecordedEvent;
use jiff::Timestamp;

/// One open stream, counted for as long as this value lives.
pub(super) struct OpenStream(metrics::Gauge);

impl OpenStream {
    pub(super) fn count() -> Self {
        let open = metrics::gauge!("causerie_streams_open");
        open.increment(1);
        Self(open)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// An event has been handed to a stream. By two clocks, that of Postgres and ours: where ours is behind, it took no time.
pub(super) fn handed_out(recorded: &RecordedEvent) {
    let taken = Timestamp::now().duration_since(recorded.recorded_at);
    metrics::histogram!("causerie_stream_latency_seconds").record(Duration::try_from(taken).unwrap_or_default());
}
