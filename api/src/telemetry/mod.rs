//! Logs, on stderr: stdout is for what a command prints. Never message text, never tokens, at no level.

mod repeats;

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogConfig, LogFormat};
use repeats::Repeats;

/// Starts logging. A second call changes nothing.
pub fn start(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let discreet = filter_fn(is_discreet);
    let started = match config.format {
        LogFormat::Text => {
            let text = builder.with_ansi(std::io::stderr().is_terminal()).with_target(false);
            text.finish().with(discreet).with(Repeats::default()).try_init()
        }
        LogFormat::Json => {
            let json = builder.json().flatten_event(true).with_span_list(false);
            json.finish().with(discreet).with(Repeats::default()).try_init()
        }
    };
    // Only the first caller of a process sets the logger.
    let _ = started;
    Ok(())
}

/// The NATS client writes whole messages at this level, so it is never heard there, whatever the filter asks for
/// (`tests/e2e/logs.rs` found it).
fn is_discreet(metadata: &Metadata<'_>) -> bool {
    *metadata.level() != Level::TRACE || !metadata.target().starts_with("async_nats")
}
