//! Connections whose statements Postgres explains after it has run them, in notices that sqlx hands
//! to `tracing`.

use std::fmt::Debug;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use causerie_store::Pool;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// One such connection.
pub(crate) struct Explained {
    pub(crate) pool: Pool,
    /// Whether its plans are made for any parameters.
    pub(crate) generic: bool,
}

impl Explained {
    pub(crate) async fn connect(url: &str, plan_cache_mode: &str) -> Self {
        let options = PgConnectOptions::from_str(url).unwrap().options([
            ("session_preload_libraries", "auto_explain"),
            ("auto_explain.log_min_duration", "0"),
            ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_timing", "off"),
            ("auto_explain.log_format", "json"),
            ("auto_explain.log_level", "notice"),
            ("plan_cache_mode", plan_cache_mode),
        ]);
        let pool = Pool::connect(options, 1, Duration::from_mins(1), None).await.unwrap();
        Self { pool, generic: plan_cache_mode == "force_generic_plan" }
    }

    /// What Postgres says of the statements that run meanwhile.
    pub(crate) async fn watch<T>(&self, work: impl Future<Output = T>) -> (T, Seen) {
        let notices = Notices::default();
        let plans = Arc::clone(&notices.0);
        let guard = tracing::subscriber::set_default(notices);
        let done = work.await;
        drop(guard);
        // The statements of the pool on a returned connection do not count.
        let of_the_pool =
            |plan: &Value| plan["Query Text"].as_str().is_some_and(|text| text.contains("statement_timestamp()"));
        let plans = plans.lock().unwrap().drain(..).filter(|plan| !of_the_pool(plan)).collect();
        (done, Seen { plans })
    }

    pub(crate) async fn close(self) {
        self.pool.close().await;
    }
}

/// The plans of some statements, as they were carried out.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) plans: Vec<Value>,
}

/// How a table was read.
#[derive(Debug)]
#[expect(dead_code, reason = "the index is for people to read")]
pub(crate) struct Scan {
    pub(crate) kind: String,
    pub(crate) table: String,
    pub(crate) index: String,
    /// Returned or thrown away.
    pub(crate) rows: i64,
}

impl Seen {
    pub(crate) fn scans(&self) -> Vec<Scan> {
        let mut scans = Vec::new();
        self.plans.iter().for_each(|plan| collect(&plan["Plan"], &mut scans));
        scans
    }
}

fn collect(node: &Value, scans: &mut Vec<Scan>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    if !node["Relation Name"].is_null() {
        let rows = (number("Actual Rows") + number("Rows Removed by Filter")) * number("Actual Loops");
        #[expect(clippy::cast_possible_truncation, reason = "a small number")]
        let rows = rows.round() as i64;
        scans.push(Scan { kind: text("Node Type"), table: text("Relation Name"), index: text("Index Name"), rows });
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|child| collect(child, scans));
}

/// Keeps the plans out of notices.
#[derive(Default)]
struct Notices(Arc<Mutex<Vec<Value>>>);

impl Subscriber for Notices {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::postgres::notice"
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Message(&self.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Message<'a>(&'a Mutex<Vec<Value>>);

impl Visit for Message<'_> {
    fn record_str(&mut self, _: &Field, value: &str) {
        if let Some((_, plan)) = value.split_once("plan:\n") {
            self.0.lock().unwrap().push(serde_json::from_str(plan).unwrap());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
