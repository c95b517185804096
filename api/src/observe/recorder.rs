//! The metrics recorder of the process.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds: from an append, about a millisecond, to the longest timeout.
const DURATION_BUCKETS: &[f64] =
    &[0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// A batch has at most 128 events.
const BATCH_SIZE_BUCKETS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

#[derive(Clone)]
pub struct Recorder(PrometheusHandle);

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    /// The text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Aggregates recorded samples into buckets. Without scrapes, memory would grow otherwise.
    pub fn run_upkeep(&self) {
        self.0.run_upkeep();
    }
}

/// Installs the recorder at the first call. Returns `None` if the process has another recorder.
pub fn recorder() -> Option<&'static Recorder> {
    static RECORDER: OnceLock<Option<Recorder>> = OnceLock::new();
    let install = || {
        let builder =
            PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), DURATION_BUCKETS);
        let builder =
            builder.and_then(|it| it.set_buckets_for_metric(Matcher::Suffix("_events".to_owned()), BATCH_SIZE_BUCKETS));
        let installed = builder.and_then(PrometheusBuilder::install_recorder);
        if let Err(error) = &installed {
            tracing::error!(%error, "failed to install the Prometheus recorder; metrics are disabled");
        }
        installed.ok().map(Recorder)
    };
    RECORDER.get_or_init(install).as_ref()
}
