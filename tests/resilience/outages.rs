//! A server that is away for long, and what is promised of that by itself: short in `make test`, as long as
//! `CAUSERIE_OUTAGE_SECONDS` says otherwise.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::client::{CallStats, Client, NODES};
use crate::cluster::Cluster;
use crate::final_state::{no_lag, until};
use crate::history::{History, Outcome};
use crate::sites::TestSite;

/// "When NATS is back, lag 0 within 10 s."
const CAUGHT_UP: Duration = Duration::from_secs(10);
/// "Healed within 5 s of Postgres' return."
const HEALED: Duration = Duration::from_secs(5);
/// A request may wait for a connection and be told that there is none, but not for ever.
const TOLD: Duration = Duration::from_secs(10);

fn outage() -> Duration {
    let seconds = std::env::var("CAUSERIE_OUTAGE_SECONDS").map_or(4, |seconds| seconds.parse().expect("a number"));
    Duration::from_secs(seconds)
}

async fn start(seed: u64) -> (Cluster, Client, Uuid) {
    let cluster = Cluster::start(seed).await;
    let test_site = TestSite::create(0, &cluster.urls, &Arc::new(CallStats::default()), &mut History::default()).await;
    assert!(until(Instant::now(), async || no_lag(&cluster).await).await.is_some(), "lag at the start");
    (cluster, test_site.members["m0"].clone(), test_site.small_group)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nats_is_away_every_send_is_accepted_and_when_it_is_back_there_is_soon_no_lag() {
    let (mut cluster, m0, den) = start(2).await;
    cluster.servers.nats.kill();
    let (away, mut sent, mut slowest) = (Instant::now(), 0_usize, Duration::ZERO);
    while away.elapsed() < outage() {
        let began = Instant::now();
        let path = format!("/conversations/{den}/messages/{}", Uuid::now_v7());
        let response = m0.put(sent % NODES, &path, Some(&json!({ "text": format!("without NATS {sent}") }))).await;
        assert!(matches!(response.outcome, Outcome::Ok(_)), "send {sent}: {} {}", response.status, response.json);
        slowest = slowest.max(began.elapsed());
        sent += 1;
        sleep(Duration::from_millis(20)).await;
    }
    cluster.servers.nats.start().await.expect("NATS starts again");
    let caught_up = until(Instant::now(), async || no_lag(&cluster).await).await.expect("lag 0 at all");
    eprintln!(
        "NATS away for {:?}: {sent} sends accepted, the slowest in {slowest:?}; lag 0 after {caught_up:?}",
        outage()
    );
    assert!(caught_up <= CAUGHT_UP, "lag 0 only after {caught_up:?}");
    cluster.delete_logs();
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_away_callers_are_told_to_come_again_and_all_heals_without_a_restart() {
    let (mut cluster, m0, den) = start(3).await;
    let pids = cluster.pids();
    cluster.postgres().kill();
    let (away, mut told) = (Instant::now(), 0_usize);
    while told < 2 * NODES || away.elapsed() < outage() {
        let path = format!("/conversations/{den}/messages/{}", Uuid::now_v7());
        let request = m0.callers[told % NODES].request(Method::PUT, &path).json(&json!({ "text": "into the void" }));
        let answer = timeout(TOLD, request.send()).await.expect("an answer in time").expect("an answer");
        let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap_or_default());
        assert_eq!(status, 503, "{body}");
        assert!(retry_after.is_some_and(|seconds| seconds.parse::<u64>().is_ok()), "503 without Retry-After: {body}");
        told += 1;
    }
    cluster.postgres().start().await.expect("Postgres starts again");
    let back = Instant::now();
    for node in 0..NODES {
        let path = format!("/conversations/{den}/messages/{}", Uuid::now_v7());
        let accepted =
            async || matches!(m0.put(node, &path, Some(&json!({ "text": "again" }))).await.outcome, Outcome::Ok(_));
        assert!(until(back, accepted).await.is_some(), "node {node} takes no message any more");
    }
    let writes = back.elapsed();
    let caught_up = until(back, async || no_lag(&cluster).await).await.expect("lag 0 at all");
    eprintln!("Postgres away: {told} times 503; after its return sends within {writes:?}, lag 0 within {caught_up:?}");
    assert!(caught_up <= HEALED, "healed only {caught_up:?} after Postgres' return");
    assert_eq!(cluster.pids(), pids, "a process ended");
    cluster.delete_logs();
    cluster.stop().await;
}
