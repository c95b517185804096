//! An asynchronous standby that lacks the last events is promoted while services run: the service reports the lost positions,
//! `causerie recover` lists the lost events, and no other event takes one of their positions.

use std::collections::HashSet;
use std::sync::Arc;

use causerie_sandbox::Standby;
use causerie_tests::{Answer, Live, command, eventually, jetstream, token};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use crate::client::{CallStats, Client, NODES};
use crate::cluster::{Cluster, Primary};
use crate::final_state::{insist, no_lag, until};
use crate::history::{History, Sent};
use crate::sites::TestSite;

const LOST: usize = 12;

/// Messages by `m0`, each acknowledged.
pub(crate) async fn say(m0: &Client, conversation: Uuid, what: &str, count: usize) -> Vec<Sent> {
    let mut sent = Vec::new();
    for n in 0..count {
        let message = insist(m0, 0, conversation, n % NODES, &format!("{what} {n}")).await;
        assert!(message.acknowledged().is_some(), "not acknowledged: {message:?}");
        sent.push(message);
    }
    sent
}

async fn ready(url: &str) -> Value {
    Answer::of(reqwest::Client::new().get(format!("{url}/readyz"))).await.json
}

pub(crate) async fn relay_has_diverged(url: &str) -> Value {
    let says = |answer: &Value| answer["parts"]["relay"]["status"] == "diverged";
    eventually("the relay is known to have diverged", async || ready(url).await, says).await
}

pub(crate) async fn all_is_published(cluster: &Cluster) {
    assert!(until(Instant::now(), async || no_lag(cluster).await).await.is_some(), "lag");
}

/// All parts, the members, and three messages that are published.
pub(crate) async fn enter(seed: u64) -> (Cluster, TestSite) {
    let cluster = Cluster::start(seed).await;
    let test_site = TestSite::create(0, &cluster.urls, &Arc::new(CallStats::default()), &mut History::default()).await;
    say(&test_site.members["m0"], test_site.small_group, "kept", 3).await;
    all_is_published(&cluster).await;
    (cluster, test_site)
}

/// Goes on from the log. What `causerie recover` says, and the lines of its report.
pub(crate) async fn accept_log(cluster: &Cluster) -> (String, Vec<Value>) {
    let report = cluster.logs.join("lost.ndjson");
    let mut recover = command();
    recover.args(["recover", "--accept-log", "--report"]).arg(&report);
    recover
        .env("CAUSERIE_DATABASE__URL", cluster.primary().url())
        .env("CAUSERIE_NATS__URL", cluster.servers.nats_url());
    let output = recover.output().await.expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = std::fs::read_to_string(&report).expect("a report");
    let line = |line: &str| serde_json::from_str(line).expect("a line is one JSON object");
    (String::from_utf8_lossy(&output.stdout).into_owned(), report.lines().map(line).collect())
}

pub(crate) async fn all_are_ready(cluster: &Cluster) {
    for url in &cluster.urls {
        eventually("the service is ready", async || ready(url).await, |answer| answer["status"] == "ok").await;
    }
}

/// Reads a live stream up to the message with this text. Returns the position tokens of all events shown.
async fn shown_up_to(live: &mut Live, text: &str) -> HashSet<String> {
    live.message_saying(text).await;
    live.seen.iter().filter_map(|shown| shown.id.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_tail_after_a_failover_is_said_listed_and_recovered() {
    let (mut cluster, test_site) = enter(4).await;
    let (m0, m1, den) = (&test_site.members["m0"], &test_site.members["m1"], test_site.small_group);

    // The standby stops receiving. The next messages are acknowledged, published and shown.
    let mut standby = Standby::of(cluster.primary()).await.expect("a standby");
    standby.caught_up(cluster.primary()).await.expect("the standby has it all");
    standby.postgres.stop().await;
    let kept = usize::try_from(cluster.number("SELECT count(*) FROM events").await.expect("a count")).expect("a count");
    let mut live = m1.callers[0].live().await;
    let lost = say(m0, den, "lost", LOST).await;
    let seen = shown_up_to(&mut live, &format!("lost {}", LOST - 1)).await;
    assert!(
        lost.iter().filter_map(Sent::acknowledged).all(|at| seen.contains(&token(at))),
        "not all were shown: {seen:?}"
    );
    all_is_published(&cluster).await;
    let (published, _) = jetstream(&cluster.servers.nats_url(), "causerie.v1.>", kept + LOST).await;
    let lost_ids: Vec<String> = published[kept..].iter().map(|message| message.header("ce-id").to_owned()).collect();
    let lost_tokens: Vec<String> = lost.iter().filter_map(Sent::acknowledged).map(token).collect();

    let pids = cluster.pids();

    // The primary is killed, and the standby without these messages takes its place.
    cluster.postgres().kill();
    standby.postgres.start().await.expect("the standby starts");
    standby.promote().await.expect("the standby is promoted");
    let old = cluster.switch_to(Primary::Standby(Box::new(standby)));
    old.remove().await;
    let after = say(m0, den, "after", 3 * LOST).await;

    // Each node reports the lost positions as lost, and no event has one of them.
    for node in 0..NODES {
        relay_has_diverged(&cluster.urls[node]).await;
        for lost in &lost_tokens {
            let page = m1.callers[node].get_from(&format!("/conversations/{den}/messages"), lost).await;
            assert_eq!((page.status, &page.json["code"]), (409, &json!("position.lost")), "{lost}");
        }
        let mut resumed = m1.callers[node].live_after(lost_tokens.last().expect("a token")).await;
        resumed.expect("ready").await;
        let first = resumed.next().await.expect("the stream goes on");
        assert_eq!(first.kind, "reset", "{first:?}");
    }
    let tokens: HashSet<String> = after.iter().filter_map(Sent::acknowledged).map(token).collect();
    assert!(tokens.is_disjoint(&lost_tokens.iter().cloned().collect()), "a lost position names another event");

    // The report lists exactly the lost events.
    let (_, listed) = accept_log(&cluster).await;
    let ids: Vec<&str> = listed.iter().filter_map(|line| line["id"].as_str()).collect();
    assert_eq!(ids, lost_ids);

    // Nothing is restarted, and the same messages are accepted again under their ids.
    let mut live = m1.callers[1].live().await;
    for sent in &lost {
        let path = format!("/conversations/{den}/messages/{}", sent.id);
        let response = m0.ask(1, Method::PUT, &path, Some(&json!({ "text": sent.text })), None).await;
        assert_eq!(response.status, 201, "{}", response.json);
    }
    shown_up_to(&mut live, &format!("lost {}", LOST - 1)).await;
    all_is_published(&cluster).await;
    all_are_ready(&cluster).await;
    let page = m1.get(0, &format!("/conversations/{den}/messages?limit=200")).await;
    let shown: Vec<&str> = page.items().iter().filter_map(|item| item["text"].as_str()).collect();
    let sent = |what: &str, count: usize| (0..count).map(|n| format!("{what} {n}")).collect::<Vec<_>>();
    assert_eq!(shown, [sent("kept", 3), sent("after", 3 * LOST), sent("lost", LOST)].concat());
    assert_eq!(cluster.pids(), pids, "a process was restarted");
    cluster.delete_logs();
    cluster.stop().await;
}
