//! Long outages of one server: short in `make test`, and as long as `CAUSERIE_OUTAGE_SECONDS` says
//! otherwise.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::client::{Client, NODES, message_path};
use crate::cluster::{Cluster, SETTLE_LIMIT, wait_until};
use crate::history::Outcome;
use crate::sites::TestSite;

/// "Lag 0 within 10 s of the return of NATS."
const NATS_RECOVERY_LIMIT: Duration = Duration::from_secs(10);
/// "Recovered within 5 s of the return of Postgres."
const POSTGRES_RECOVERY_LIMIT: Duration = Duration::from_secs(5);
/// The time limit for a 503.
const RESPONSE_LIMIT: Duration = Duration::from_secs(10);

fn outage() -> Duration {
    let seconds = std::env::var("CAUSERIE_OUTAGE_SECONDS").map_or(4, |seconds| seconds.parse().expect("a number"));
    Duration::from_secs(seconds)
}

async fn start(seed: u64) -> (Cluster, Client, Uuid) {
    let cluster = Cluster::start(seed).await;
    let test_site = TestSite::first(&cluster).await;
    assert!(cluster.until_no_lag().await.is_some(), "lag before the outage");
    (cluster, test_site.client("m0").clone(), test_site.small_group)
}

#[tokio::test(flavor = "multi_thread")]
async fn sends_without_nats_are_accepted_and_published_afterwards() {
    let (mut cluster, m0, group) = start(2).await;
    cluster.servers.nats.kill();
    let (began, mut sent, mut slowest) = (Instant::now(), 0_usize, Duration::ZERO);
    while sent < 2 * NODES || began.elapsed() < outage() {
        let send_began = Instant::now();
        let body = json!({ "text": format!("without NATS {sent}") });
        let response = m0.put(sent % NODES, &message_path(group, Uuid::now_v7()), Some(&body)).await;
        assert!(matches!(response.outcome, Outcome::Ok(_)), "send {sent}: {} {}", response.status, response.json);
        slowest = slowest.max(send_began.elapsed());
        sent += 1;
        sleep(Duration::from_millis(20)).await;
    }
    cluster.servers.nats.start().await.expect("NATS starts again");
    let lag = cluster.until_no_lag().await.expect("no lag after the outage");
    eprintln!("NATS down for {:?}: {sent} sends, the slowest {slowest:?}; lag 0 after {lag:?}", outage());
    assert!(lag <= NATS_RECOVERY_LIMIT, "lag 0 only after {lag:?}");
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_without_postgres_get_503_and_recover_unaided() {
    let (mut cluster, m0, group) = start(3).await;
    let pids = cluster.pids();
    cluster.primary_mut().kill();
    let (began, mut rejected) = (Instant::now(), 0_usize);
    while rejected < 2 * NODES || began.elapsed() < outage() {
        let request = m0.callers[rejected % NODES].request(Method::PUT, &message_path(group, Uuid::now_v7()));
        let request = request.json(&json!({ "text": "without Postgres" }));
        let response = timeout(RESPONSE_LIMIT, request.send()).await.expect("a response in time").expect("a response");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.unwrap_or_default();
        assert_eq!(status, 503, "{body}");
        let retry_after = headers.get("retry-after").and_then(|seconds| seconds.to_str().ok()?.parse::<u64>().ok());
        assert!(retry_after.is_some(), "503 without Retry-After: {body}");
        rejected += 1;
    }
    cluster.primary_mut().start().await.expect("Postgres starts again");
    let returned = Instant::now();
    let body = json!({ "text": "after the outage" });
    for node in 0..NODES {
        let path = message_path(group, Uuid::now_v7());
        let is_accepted = async || matches!(m0.put(node, &path, Some(&body)).await.outcome, Outcome::Ok(_));
        assert!(wait_until(SETTLE_LIMIT, is_accepted).await.is_some(), "node {node} accepts no message");
    }
    let sends = returned.elapsed();
    assert!(cluster.until_no_lag().await.is_some(), "lag after the outage");
    let recovered = returned.elapsed();
    eprintln!("Postgres down: {rejected} times 503; then sends after {sends:?}, lag 0 after {recovered:?}");
    assert!(recovered <= POSTGRES_RECOVERY_LIMIT, "recovered only after {recovered:?}");
    assert_eq!(cluster.pids(), pids, "a process was restarted");
    cluster.stop().await;
}
