//! Postgres restored to an older copy while NATS is ahead: the relay stops, says so, and publishes nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::client::{CallStats, Client};
use crate::cluster::Cluster;
use crate::faults::copy;
use crate::final_state::{insist, no_lag, until};
use crate::history::History;
use crate::sites::TestSite;

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_meets_a_stream_ahead_of_postgres_says_diverged_and_publishes_nothing() {
    let mut cluster = Cluster::start(1).await;
    let test_site = TestSite::create(0, &cluster.urls, &Arc::new(CallStats::default()), &mut History::default()).await;
    let m0 = &test_site.members["m0"];
    insist(m0, 0, test_site.small_group, 0, "before the copy").await;
    assert!(until(Instant::now(), async || no_lag(&cluster).await).await.is_some(), "lag");

    let postgres = cluster.postgres();
    let data = postgres.data_dir().to_owned();
    let older = data.with_extension("older");
    postgres.stop().await;
    copy(&data, &older);
    postgres.start().await.expect("Postgres starts again");
    for n in 0..20 {
        let sent = insist(m0, 0, test_site.small_group, n % 2, &format!("after the copy {n}")).await;
        assert!(sent.acknowledged().is_some(), "not acknowledged: {sent:?}");
    }
    assert!(until(Instant::now(), async || no_lag(&cluster).await).await.is_some(), "lag");
    let ahead = cluster.last_published().await.expect("NATS answers");

    let postgres = cluster.postgres();
    postgres.stop().await;
    std::fs::remove_dir_all(&data).expect("the folder can be removed");
    std::fs::rename(&older, &data).expect("the copy can be put in its place");
    postgres.start().await.expect("Postgres starts again");
    // The API goes on: what it takes is in the log, and nowhere else.
    assert!(insist(m0, 0, test_site.small_group, 0, "after the restore").await.acknowledged().is_some(), "sends go on");
    let said = until(Instant::now(), async || cluster.relays[0].said().contains("DIVERGED")).await;
    let line = cluster.relays[0].said().lines().rev().find(|line| line.contains("DIVERGED")).map(str::to_owned);
    eprintln!("after {said:?}: {line:?}");
    let line = line.expect("the relay says DIVERGED");
    assert!(line.contains("ERROR") && line.contains("CAUSERIE_EVENTS") && line.contains(&ahead.to_string()), "{line}");

    // Also after a restart of the relay, and however much is written.
    cluster.relays[0].kill().await;
    assert!(cluster.relays[0].start(Duration::from_secs(30)).await, "the relay starts");
    for n in 0..20 {
        insist(m0, 0, test_site.small_group, n % 2, &format!("unpublished {n}")).await;
    }
    sleep(Duration::from_secs(2)).await;
    assert_eq!(cluster.last_published().await, Some(ahead), "published onto a stream that has diverged");
    assert!(cluster.relays[0].said().matches("DIVERGED").count() >= 2, "{}", cluster.relays[0].said());

    // What JetStream has and the log has not is shown to nobody.
    let shown = texts(m0, test_site.small_group).await;
    assert!(!shown.iter().any(|text| text.starts_with("after the copy")), "shown, and not in the log: {shown:?}");

    // What the message tells the operator to do heals it.
    assert!(cluster.delete_stream().await, "the stream can be deleted");
    cluster.relays[0].kill().await;
    assert!(cluster.relays[0].start(Duration::from_secs(30)).await, "the relay starts");
    let healed = until(Instant::now(), async || {
        let events = cluster.number("SELECT count(*) FROM events").await;
        events.is_some() && cluster.last_published().await.and_then(|last| i64::try_from(last).ok()) == events
    });
    assert!(healed.await.is_some(), "not refilled:\n{}", cluster.relays[0].said());
    let is_there = async || texts(m0, test_site.small_group).await.len() == 22;
    let caught_up = until(Instant::now(), is_there).await;
    assert!(
        caught_up.is_some(),
        "the read models are not those of the log: {:?}",
        texts(m0, test_site.small_group).await
    );
    cluster.delete_logs();
    cluster.stop().await;
}

async fn texts(who: &Client, conversation: Uuid) -> Vec<String> {
    let response = who.get(0, &format!("/conversations/{conversation}/messages?limit=200")).await;
    response.items().iter().map(|item| item["text"].as_str().unwrap_or_default().to_owned()).collect()
}
