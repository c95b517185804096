//! Metrics and health. docs/operations.md lists all metrics.
//!
//! Metrics are recorded here and in `store/`. `health.rs` measures the lag of each part, for the
//! metrics and `/readyz`. `monitor.rs` combines everything for the routes.

mod health;
mod monitor;
mod process;
mod recorder;
mod requests;

pub use health::{Health, HealthSample, LagReport};
pub use monitor::{Monitor, MonitorSources};
pub use recorder::{Recorder, recorder};
pub use requests::{RequestTimer, log_failure, request_span};
