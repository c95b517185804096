//! What the operator sees: metrics, and whether each part keeps up. The table of all metrics is in docs/operations.md.
//!
//! `recorder.rs` keeps the numbers of this process and writes them out; most are counted where they arise, here and in
//! `store/`. `requests.rs` counts HTTP, and names requests in the logs; `health.rs` asks Postgres and NATS how far each part is behind, for the metrics and
//! for `/readyz`; `process.rs` is the process itself; `monitor.rs` is all of it for the routes.

mod health;
mod monitor;
mod process;
mod recorder;
mod requests;

pub use health::{Health, Keeping, Sample};
pub use monitor::{Monitor, Watched};
pub use recorder::{Recorder, recorder};
pub use requests::{Asked, log_failure, span_of};
