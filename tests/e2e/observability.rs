//! Metrics and their documentation, readiness, and the health command.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use causerie_tests::{ApiResponse, Link, Proxy, Service, Site, command, eventually};
use serde_json::Value;
use uuid::Uuid;

/// Metrics by name and labels, as in `causerie_appends_total{outcome="moved"}`.
#[derive(Debug)]
struct Metrics {
    kinds: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
}

impl Metrics {
    async fn of(service: &Service) -> Self {
        let response = reqwest::get(format!("{}/metrics", service.url())).await.unwrap();
        assert_eq!(response.status(), 200);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
        let text = response.text().await.unwrap();
        let kinds = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        let values = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
        Self {
            kinds: kinds.map(|(name, kind)| (name.to_owned(), kind.to_owned())).collect(),
            values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        }
    }

    fn text(&self, key: &str) -> &str {
        self.values.get(key).unwrap_or_else(|| panic!("no {key} in {:#?}", self.values))
    }

    fn value(&self, key: &str) -> u64 {
        self.text(key).parse().unwrap_or_else(|_| panic!("{key} is {}", self.text(key)))
    }

    /// 0 if the counter does not exist yet.
    fn so_far(&self, key: &str) -> u64 {
        if self.values.contains_key(key) { self.value(key) } else { 0 }
    }
}

/// The rows of the table in docs/operations.md: name without labels, and kind.
fn documented() -> BTreeMap<String, String> {
    let path = Path::new(&std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../docs/operations.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `causerie_")?.split_once("` | "));
    rows.map(|(name, rest)| {
        let name = name.split('{').next().unwrap_or_default();
        (format!("causerie_{name}"), rest.split(" |").next().unwrap_or_default().to_owned())
    })
    .collect()
}

async fn readiness(url: &str) -> (u16, Value) {
    let response = ApiResponse::of(reqwest::Client::new().get(format!("{url}/readyz"))).await;
    (response.status, response.json)
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_and_are_documented() {
    let limits = [("CAUSERIE_LIMITS__SENDS_PER_SECOND", "1"), ("CAUSERIE_LIMITS__SENDS_BURST", "10")];
    let service = Service::start_with(&limits).await;
    let (_, [ada, bo]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let mut live = bo.live().await;
    let before = Metrics::of(&service).await;
    let id = Uuid::now_v7();
    // The second request is a duplicate of the first.
    for _ in 0..2 {
        ada.send_as(group, id, "hello").await.done(201);
    }
    for _ in 0..4 {
        ada.send(group, "hello").await.done(201);
    }
    let mut last = ada.send(group, "hello").await.done(201);
    loop {
        let next = ada.send(group, "hello").await;
        if next.status != 201 {
            break;
        }
        last = next;
    }
    let sent = ada.reads(group, &last).await.items().len() as u64;
    for _ in 0..6 {
        live.message().await;
    }

    let log = service.replay(None).await.len() as u64;
    let caught_up = |now: &Metrics| {
        now.value("causerie_relay_lag_events") == 0
            && ["conversation_list", "member_list", "timeline"].iter().all(|name| {
                now.value(&format!("causerie_projection_lag_events{{projection=\"{name}\"}}")) == 0
                    && now.value(&format!("causerie_projection_lag_seconds{{projection=\"{name}\"}}")) == 0
            })
    };
    let now = eventually("all have caught up", async || Metrics::of(&service).await, caught_up).await;
    let moved = |key: &str| now.value(key) - before.so_far(key);
    assert_eq!(now.value("causerie_relay_published_total"), log);
    assert_eq!(now.value("causerie_relay_leads"), 1);
    assert_eq!(moved("causerie_appends_total{outcome=\"appended\"}"), sent);
    assert_eq!(moved("causerie_appends_total{outcome=\"duplicate\"}"), 1);
    assert_eq!(moved("causerie_append_batch_events_sum"), sent + 1);
    assert!(moved("causerie_append_seconds_count") >= 7);
    assert!(moved("causerie_stream_latency_seconds_count") >= 6);
    let label = "route=\"/v1/sites/{site}/conversations/{conversation}/messages/{message}\",method=\"PUT\"";
    assert!(moved(&format!("causerie_http_requests_total{{{label},status=\"201\"}}")) >= 7);
    assert_eq!(moved(&format!("causerie_http_requests_total{{{label},status=\"429\"}}")), 1);
    assert_eq!(moved("causerie_rate_limited_total{limit=\"sends\"}"), 1);
    assert_eq!(now.value("causerie_streams_open"), 1);
    assert_eq!(now.value("causerie_append_queue_length"), 0);
    assert!(now.value("causerie_process_resident_memory_bytes") > 1_000_000);
    for part in ["postgres", "nats"] {
        assert_eq!(now.value(&format!("causerie_up{{part=\"{part}\"}}")), 1);
    }
    assert_eq!(now.kinds, documented(), "docs/operations.md has a row for each metric, and only for those there are");

    drop(live);
    let open = async || Metrics::of(&service).await.value("causerie_streams_open");
    eventually("the stream is no longer counted", open, |open| *open == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_reports_failed_parts_and_relay_lag() {
    let mut service = Service::start().await;
    let (_, [ada, _]) = Site::with_members(&service, "acme", ["ada", "bo"]).await;
    let group = ada.group(&["bo"]).await;
    let well = |(status, ready): &(u16, Value)| {
        *status == 200 && ready["status"] == "ok" && ready["parts"]["relay"]["lag_events"] == 0
    };
    let (_, ready) = eventually("all is well", async || readiness(service.url()).await, well).await;
    let parts: BTreeSet<&String> = ready["parts"]["projections"].as_object().unwrap().keys().collect();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), ["conversation_list", "member_list", "timeline"]);

    service.servers.nats.stop().await;
    // Sends need Postgres only: the service stays ready.
    ada.send(group, "without NATS").await.done(201);
    let without = |(status, ready): &(u16, Value)| {
        let parts = &ready["parts"];
        *status == 200
            && ready["status"] == "degraded"
            && (&parts["postgres"]["status"], &parts["nats"]["status"]) == (&"ok".into(), &"unavailable".into())
            && parts["relay"]["lag_events"] == 1
            && parts["relay"]["lag_seconds"].as_f64() > Some(0.0)
            // Read models continue from Postgres.
            && parts["projections"]["timeline"]["lag_events"] == 0
    };
    eventually("NATS is missed", async || readiness(service.url()).await, without).await;
    service.servers.nats.start().await.unwrap();
    eventually("all is well again", async || readiness(service.url()).await, well).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn node_without_postgres_is_not_ready_and_says_why() {
    let service = Service::start().await;
    let mut database = reqwest::Url::parse(service.servers.database_url()).unwrap();
    let proxy = Proxy::to(database.port().unwrap()).await;
    database.set_port(Some(proxy.port)).unwrap();
    let node = service.another_with("api", &[("CAUSERIE_DATABASE__URL", database.as_str())]).await;
    proxy.set(Link::Cut);
    let lost = |(status, ready): &(u16, Value)| {
        *status == 503 && ready["status"] == "unavailable" && ready["parts"]["postgres"]["status"] == "unavailable"
    };
    eventually("Postgres is missed", async || readiness(node.said("url")).await, lost).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_command_detects_a_stopped_service() {
    let mut service = Service::start().await;
    let url = service.url().to_owned();
    let health = async || command().args(["health", "--url", &url]).output().await.unwrap();
    let well = health().await;
    assert_eq!(well.status.code(), Some(0), "{well:?}");
    let said: Value = serde_json::from_slice(&well.stdout).unwrap();
    assert_eq!(said["parts"]["postgres"]["status"], "ok");

    service.process.signal(nix::sys::signal::Signal::SIGTERM);
    service.process.ended(std::time::Duration::from_secs(10)).await;
    let gone = health().await;
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("nothing listens on"), "{gone:?}");
}
