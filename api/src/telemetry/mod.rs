//! Logs. They go to stderr, because stdout is for the output of commands. No level logs message texts or tokens.

mod repeats;

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, LogFormat};
use repeats::RepeatFilter;

/// Starts logging. Idempotent.
pub fn start(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let allowed = filter_fn(is_allowed);
    let started = match config.format {
        LogFormat::Text => {
            let text = builder.with_ansi(std::io::stderr().is_terminal()).with_target(false);
            text.finish().with(allowed).with(RepeatFilter::default()).try_init()
        }
        LogFormat::Json => {
            let json = builder.json().flatten_event(true).with_span_list(false);
            json.finish().with(allowed).with(RepeatFilter::default()).try_init()
        }
    };
    // Only the first caller of a process sets the logger.
    let _ = started;
    Ok(())
}

/// Rejects `async_nats` at level `TRACE` whatever the configured filter, because it logs the content of messages there
/// (tested in `tests/e2e/logs.rs`).
fn is_allowed(metadata: &Metadata<'_>) -> bool {
    *metadata.level() != Level::TRACE || !metadata.target().starts_with("async_nats")
}
