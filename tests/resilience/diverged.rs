//! Postgres is restored to an older copy while NATS is ahead: the relay stops, reports DIVERGED and
//! publishes nothing.

use std::time::Duration;

use causerie_tests::eventually;
use uuid::Uuid;

use crate::client::{Client, NODES};
use crate::cluster::{Cluster, SETTLE_LIMIT, wait_until};
use crate::faults::copy;
use crate::history::Sent;
use crate::sites::TestSite;

/// Sends numbered messages to alternating nodes. Each must be acknowledged.
pub(crate) async fn send_all(client: &Client, conversation: Uuid, text: &str, count: usize) -> Vec<Sent> {
    let mut messages = Vec::new();
    for n in 0..count {
        let sent = client.send(0, conversation, n % NODES, &format!("{text} {n}")).await;
        assert!(sent.acknowledged().is_some(), "not acknowledged: {sent:?}");
        messages.push(sent);
    }
    messages
}

/// The texts of up to 200 messages, as node 0 shows them.
pub(crate) async fn texts(client: &Client, conversation: Uuid) -> Vec<String> {
    let response = client.get(0, &format!("/conversations/{conversation}/messages?limit=200")).await;
    response.items().iter().map(|item| item["text"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn restart_relay(cluster: &mut Cluster) {
    cluster.relays[0].kill().await;
    assert!(cluster.relays[0].start(Duration::from_secs(30)).await, "the relay starts");
}

#[tokio::test(flavor = "multi_thread")]
async fn relay_ahead_of_postgres_reports_diverged() {
    let mut cluster = Cluster::start(1).await;
    let test_site = TestSite::first(&cluster).await;
    let (m0, group) = (test_site.client("m0"), test_site.small_group);
    send_all(m0, group, "before the copy", 1).await;
    assert!(cluster.until_no_lag().await.is_some(), "lag");

    let postgres = cluster.primary_mut();
    let data = postgres.data_dir().to_owned();
    let older = data.with_extension("older");
    postgres.stop().await;
    copy(&data, &older);
    postgres.start().await.expect("Postgres starts again");
    send_all(m0, group, "after the copy", 20).await;
    assert!(cluster.until_no_lag().await.is_some(), "lag");
    let ahead = cluster.last_published().await.expect("NATS responds");

    let postgres = cluster.primary_mut();
    postgres.stop().await;
    std::fs::remove_dir_all(&data).expect("the folder can be removed");
    std::fs::rename(&older, &data).expect("the copy can be moved");
    postgres.start().await.expect("Postgres starts again");
    // The API continues: messages are in the log only.
    send_all(m0, group, "after the restore", 1).await;
    let diverged = |log: &String| log.contains("DIVERGED");
    let log = eventually("the relay reports DIVERGED", async || cluster.relays[0].log(), diverged).await;
    let line = log.lines().rev().find(|line| line.contains("DIVERGED")).unwrap_or_default();
    assert!(line.contains("ERROR") && line.contains("CAUSERIE_EVENTS") && line.contains(&ahead.to_string()), "{line}");

    // The same after a restart of the relay, and with more messages.
    restart_relay(&mut cluster).await;
    send_all(m0, group, "unpublished", 20).await;
    let twice = |log: &String| log.matches("DIVERGED").count() >= 2;
    eventually("the relay reports DIVERGED again", async || cluster.relays[0].log(), twice).await;
    assert_eq!(cluster.last_published().await, Some(ahead), "published to a stream that has diverged");

    // Events that only JetStream contains are not shown.
    let shown = texts(m0, group).await;
    assert!(!shown.iter().any(|text| text.starts_with("after the copy")), "shown, and not in the log: {shown:?}");

    // The error message names the remedy.
    assert!(cluster.delete_stream().await, "the stream can be deleted");
    restart_relay(&mut cluster).await;
    assert!(cluster.until_no_lag().await.is_some(), "not refilled:\n{}", cluster.relays[0].log());
    let all_shown = wait_until(SETTLE_LIMIT, async || texts(m0, group).await.len() == 22).await;
    assert!(all_shown.is_some(), "the read models differ from the log: {:?}", texts(m0, group).await);
    cluster.stop().await;
}
