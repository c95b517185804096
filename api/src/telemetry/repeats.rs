//! Drops a log line that equals a line of the last minute, because an operation that is retried logs the same error each
//! time.
//!
//! Two lines are equal if they have the same call site, span and fields. So lines of different requests or read models
//! differ.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// How long repetitions of a line are dropped.
const REPEAT_INTERVAL: Duration = Duration::from_mins(1);
/// The oldest lines are forgotten first, and may be logged again.
const MAX_REMEMBERED_LINES: usize = 1_024;

/// Applies to `INFO` and more severe levels. Lines of `DEBUG` and `TRACE` are never dropped.
#[derive(Debug, Default)]
pub(super) struct RepeatFilter(Mutex<HashMap<u64, Instant>>);

impl RepeatFilter {
    fn is_new(&self, line: u64, now: Instant) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent = |at: &Instant| now.duration_since(*at) < REPEAT_INTERVAL;
        if written.get(&line).is_some_and(is_recent) {
            return false;
        }
        if written.len() >= MAX_REMEMBERED_LINES {
            written.retain(|_, at| is_recent(at));
        }
        if written.len() >= MAX_REMEMBERED_LINES
            && let Some(oldest) = written.iter().min_by_key(|(_, at)| **at).map(|(line, _)| *line)
        {
            written.remove(&oldest);
        }
        written.insert(line, now);
        true
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for RepeatFilter {
    fn event_enabled(&self, event: &Event<'_>, context: Context<'_, S>) -> bool {
        if *event.metadata().level() > Level::INFO {
            return true;
        }
        let mut line = LineHasher(DefaultHasher::new());
        event.metadata().callsite().hash(&mut line.0);
        context.event_span(event).map(|span| span.id().into_u64()).hash(&mut line.0);
        event.record(&mut line);
        self.is_new(line.0.finish(), Instant::now())
    }
}

struct LineHasher(DefaultHasher);

impl Visit for LineHasher {
    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        field.name().hash(&mut self.0);
        let mut next = Some(error);
        while let Some(error) = next {
            error.to_string().hash(&mut self.0);
            next = error.source();
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        (field.name(), format!("{value:?}")).hash(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::Arc;

    use tracing::{debug, info, info_span, warn};
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lines(write: impl Fn()) -> Vec<String> {
        let written = Written::default();
        let to = written.clone();
        let text = tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_ansi(false).without_time();
        let subscriber = text.with_writer(move || to.clone()).finish().with(RepeatFilter::default());
        tracing::subscriber::with_default(subscriber, || (0..50).for_each(|_| write()));
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn repeated_line_is_logged_once() {
        let failed = || {
            let error = io::Error::other("no space left");
            warn!(error = &error as &dyn Error, "relay interrupted");
        };
        assert_eq!(lines(failed).len(), 1);
        assert_eq!(lines(|| info!(log_number = 41, "relay leads")).len(), 1);
    }

    #[test]
    fn line_with_another_field_error_or_span_is_logged() {
        let number = std::cell::Cell::new(0);
        let counted = || {
            number.set(number.get() + 1);
            info!(number = number.get(), "counted");
        };
        assert_eq!(lines(counted).len(), 50);
        let failed = || {
            number.set(number.get() + 1);
            warn!(error = &io::Error::other(number.get().to_string()) as &dyn Error, "failed");
        };
        assert_eq!(lines(failed).len(), 50);
        // Each request has a span of its own.
        assert_eq!(lines(|| info_span!("request").in_scope(|| warn!("refused"))).len(), 50);
        assert_eq!(lines(|| debug!("followed")).len(), 50);
    }

    #[test]
    fn line_is_logged_again_after_a_minute() {
        let (repeats, start) = (RepeatFilter::default(), Instant::now());
        assert!(repeats.is_new(7, start));
        assert!(!repeats.is_new(7, start + REPEAT_INTERVAL / 2));
        assert!(repeats.is_new(7, start + REPEAT_INTERVAL));
        for line in 0..5_000 {
            repeats.is_new(line, start + REPEAT_INTERVAL);
        }
        assert!(repeats.0.lock().unwrap().len() <= MAX_REMEMBERED_LINES);
    }
}
