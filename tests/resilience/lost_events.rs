//! An asynchronous standby that lacks events is promoted while services run: the service reports
//! the lost positions, `causerie recover` lists the lost events, and no other event gets one of
//! their positions.

use std::collections::HashSet;

use causerie_sandbox::Standby;
use causerie_tests::{Caller, Live, command, eventually, jetstream, token};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::client::{Client, NODES, message_path};
use crate::cluster::Cluster;
use crate::diverged::{send_all, texts};
use crate::history::Sent;
use crate::sites::TestSite;

const LOST: usize = 12;
const WAITING: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted";

/// A cluster with a member who has sent three published messages.
async fn start(seed: u64) -> (Cluster, TestSite) {
    let cluster = Cluster::start(seed).await;
    let test_site = TestSite::first(&cluster).await;
    send_all(test_site.client("m0"), test_site.small_group, "before", 3).await;
    assert!(cluster.until_no_lag().await.is_some(), "lag");
    (cluster, test_site)
}

/// Kills the primary and promotes the standby.
async fn fail_over(cluster: &mut Cluster, mut standby: Standby) {
    cluster.primary_mut().kill();
    standby.postgres.start().await.expect("the standby starts");
    cluster.promote(standby).await.remove().await;
}

async fn until_ready(url: &str, condition: impl Fn(&Value) -> bool) {
    let readyz = async || -> Value {
        let response = reqwest::get(format!("{url}/readyz")).await.expect("the service responds");
        response.json().await.expect("a JSON body")
    };
    eventually("the state in /readyz", readyz, condition).await;
}

async fn until_diverged(url: &str) {
    until_ready(url, |state| state["parts"]["relay"]["status"] == "diverged").await;
}

/// A stream that is resumed from a lost position begins with `reset`.
async fn resume_is_reset(caller: &Caller, lost: &str) {
    let mut resumed = caller.live_after(lost).await;
    resumed.expect("ready").await;
    let first = resumed.next().await.expect("the stream continues");
    assert_eq!(first.kind, "reset", "{first:?}");
}

/// Continues from the log. Returns the output of `causerie recover` and the lines of its report.
async fn accept_log(cluster: &Cluster) -> (String, Vec<Value>) {
    let report = cluster.logs.join("lost.ndjson");
    let mut recover = command();
    recover.args(["recover", "--accept-log", "--report"]).arg(&report);
    recover.env("CAUSERIE_DATABASE__URL", cluster.primary().url());
    recover.env("CAUSERIE_NATS__URL", cluster.servers.nats_url());
    let output = recover.output().await.expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = std::fs::read_to_string(&report).expect("a report");
    let line = |line: &str| serde_json::from_str(line).expect("a line is one JSON object");
    (String::from_utf8_lossy(&output.stdout).into_owned(), report.lines().map(line).collect())
}

/// Sends the lost messages again under their ids, and waits until the service is ready.
async fn send_again(cluster: &Cluster, client: &Client, group: Uuid, lost: &[(Uuid, String)]) {
    for (id, text) in lost {
        let response = client.put(1, &message_path(group, *id), Some(&json!({ "text": text }))).await;
        assert_eq!(response.status, 201, "{}", response.json);
    }
    assert!(cluster.until_no_lag().await.is_some(), "lag");
    for url in &cluster.urls {
        until_ready(url, |state| state["status"] == "ok").await;
    }
}

/// Reads a live stream up to the message with this text. Returns the position tokens of all events
/// shown.
async fn shown_up_to(live: &mut Live, text: &str) -> HashSet<String> {
    live.message_saying(text).await;
    live.seen.iter().filter_map(|shown| shown.id.clone()).collect()
}

fn tokens(messages: &[Sent]) -> Vec<String> {
    messages.iter().filter_map(Sent::acknowledged).map(token).collect()
}

fn numbered(text: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{text} {n}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_last_events_are_reported_listed_and_recovered() {
    let (mut cluster, test_site) = start(4).await;
    let (m0, m1, group) = (test_site.client("m0"), test_site.client("m1"), test_site.small_group);

    // The standby stops receiving. The next messages are acknowledged, published and shown.
    let mut standby = Standby::of(cluster.primary()).await.expect("a standby");
    standby.caught_up(cluster.primary()).await.expect("the standby has caught up");
    standby.postgres.stop().await;
    let count = usize::try_from(cluster.event_count().await.expect("a count")).expect("a count");
    let mut live = m1.callers[0].live().await;
    let lost = send_all(m0, group, "lost", LOST).await;
    let lost_tokens = tokens(&lost);
    let last_text = format!("lost {}", LOST - 1);
    let seen = shown_up_to(&mut live, &last_text).await;
    assert!(lost_tokens.iter().all(|token| seen.contains(token)), "not all were shown: {seen:?}");
    assert!(cluster.until_no_lag().await.is_some(), "lag");
    let (published, _) = jetstream(&cluster.servers.nats_url(), "causerie.v1.>", count + LOST).await;
    let lost_ids: Vec<&str> = published[count..].iter().map(|message| message.header("ce-id")).collect();
    let pids = cluster.pids();

    fail_over(&mut cluster, standby).await;
    let after = send_all(m0, group, "after", 3 * LOST).await;

    // Each node reports the lost positions, and no event has one of them.
    for node in 0..NODES {
        until_diverged(&cluster.urls[node]).await;
        for lost in &lost_tokens {
            let page = m1.callers[node].get_from(&format!("/conversations/{group}/messages"), lost).await;
            assert_eq!((page.status, &page.json["code"]), (409, &json!("position.lost")), "{lost}");
        }
        resume_is_reset(&m1.callers[node], &lost_tokens[LOST - 1]).await;
    }
    assert!(!tokens(&after).iter().any(|token| lost_tokens.contains(token)), "another event has a lost position");

    // The report lists exactly the lost events.
    let (_, listed) = accept_log(&cluster).await;
    let ids: Vec<&str> = listed.iter().filter_map(|line| line["id"].as_str()).collect();
    assert_eq!(ids, lost_ids);

    // No process is restarted, and the same messages are accepted again under their ids.
    let mut live = m1.callers[1].live().await;
    let lost: Vec<_> = lost.into_iter().map(|sent| (sent.id, sent.text)).collect();
    send_again(&cluster, m0, group, &lost).await;
    shown_up_to(&mut live, &last_text).await;
    let expected = [numbered("before", 3), numbered("after", 3 * LOST), numbered("lost", LOST)].concat();
    assert_eq!(texts(m1, group).await, expected);
    assert_eq!(cluster.pids(), pids, "a process was restarted");
    cluster.stop().await;
}

/// Makes the append of this message wait after it has its transaction id.
async fn delay_append(cluster: &Cluster, message: Uuid) -> PgConnection {
    let mut blocking = cluster.database().await.expect("a connection");
    let row = format!(
        "BEGIN; INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload)
         VALUES ('message', 'acme/{message}', 1, 'Nothing', '1', '{{}}')"
    );
    sqlx::raw_sql(&row).execute(&mut blocking).await.expect("a row");
    blocking
}

/// An append is in flight when the standby is disconnected, and a later one has committed. Then the
/// first one commits, and both are shown.
#[tokio::test(flavor = "multi_thread")]
async fn lost_event_before_the_last_is_reported_and_recovered() {
    let (mut cluster, test_site) = start(5).await;
    let (m0, m1, group) = (test_site.client("m0"), test_site.client("m1"), test_site.small_group);
    let mut standby = Standby::of(cluster.primary()).await.expect("a standby");

    let first = Uuid::now_v7();
    let (path, body) = (message_path(group, first), json!({ "text": "the first" }));
    let mut blocking = delay_append(&cluster, first).await;
    let (sent, later) = tokio::join!(m0.put(0, &path, Some(&body)), async {
        let waiting = async || cluster.number(WAITING).await;
        eventually("the first append waits", waiting, |count| *count == Some(1)).await;
        let later = send_all(m1, group, "later", 1).await;
        standby.caught_up(cluster.primary()).await.expect("the standby has the later message");
        standby.postgres.stop().await;
        sqlx::raw_sql("ROLLBACK").execute(&mut blocking).await.expect("the row is removed");
        later
    });
    assert_eq!(sent.status, 201, "{}", sent.json);
    blocking.close().await.expect("closed");
    let mut streams = Vec::new();
    for caller in &m1.callers {
        let mut live = caller.live_after("0-0").await;
        live.message_saying("the first").await;
        live.message_saying("later 0").await;
        streams.push(live);
    }
    assert!(cluster.until_no_lag().await.is_some(), "lag");
    let last = cluster.last_published().await.expect("a stream");

    fail_over(&mut cluster, standby).await;
    send_all(m0, group, "after", 2 * NODES).await;

    // Both nodes report it. Both have shown the first message, and no client keeps it in its state.
    for (node, live) in streams.iter_mut().enumerate() {
        until_diverged(&cluster.urls[node]).await;
        live.expect("reset").await;
        resume_is_reset(&m1.callers[node], &tokens(&later)[0]).await;
    }
    assert_eq!(cluster.last_published().await, Some(last), "something was published");

    let (output, listed) = accept_log(&cluster).await;
    assert!(output.contains("forget what is after number"), "{output}");
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((&listed[0]["log_number"], &listed[0]["data"]["text"]), (&json!(last - 1), &body["text"]), "{listed:?}");

    // The lost message is accepted again under its id, and all numbers agree.
    send_again(&cluster, m0, group, &[(first, "the first".to_owned())]).await;
    let first = vec!["the first".to_owned()];
    let expected = [numbered("before", 3), numbered("later", 1), numbered("after", 2 * NODES), first].concat();
    assert_eq!(texts(m1, group).await, expected);
    assert_eq!(cluster.checkpoint().await, cluster.event_count().await, "the read models have another number");
    cluster.stop().await;
}
