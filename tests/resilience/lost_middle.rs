//! An append is at work when an asynchronous standby receives its last bytes, and a later one has committed. Then the first
//! commits, both are shown, and the standby is promoted: the log has lost an event before its last one.

use causerie_sandbox::Standby;
use causerie_tests::{eventually, token};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::client::NODES;
use crate::cluster::{Cluster, Primary};
use crate::history::Sent;
use crate::lost_tail::{accept_log, all_are_ready, all_is_published, enter, relay_has_diverged, say};

const WAITS_FOR_THE_ROW: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted";

/// Keeps an append of this message waiting, after it has its transaction id.
async fn hold_up(cluster: &Cluster, message: Uuid) -> PgConnection {
    let mut holding = cluster.database().await.expect("a connection");
    let row = format!(
        "BEGIN; INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload)
         VALUES ('message', 'acme/{message}', 1, 'Nothing', '1', '{{}}')"
    );
    sqlx::raw_sql(&row).execute(&mut holding).await.expect("a row");
    holding
}

#[tokio::test(flavor = "multi_thread")]
async fn event_lost_before_the_last_one_is_said_listed_and_recovered() {
    let (mut cluster, test_site) = enter(5).await;
    let (m0, m1, den) = (&test_site.members["m0"], &test_site.members["m1"], test_site.small_group);
    let mut standby = Standby::of(cluster.primary()).await.expect("a standby");

    let first = Uuid::now_v7();
    let path = format!("/conversations/{den}/messages/{first}");
    let mut holding = hold_up(&cluster, first).await;
    let text = json!({ "text": "the first" });
    let (sent, later) = tokio::join!(m0.put(0, &path, Some(&text)), async {
        let waits = async || cluster.number(WAITS_FOR_THE_ROW).await;
        eventually("the first append waits", waits, |count| *count == Some(1)).await;
        let later = say(m1, den, "later", 1).await;
        standby.caught_up(cluster.primary()).await.expect("the standby has the later one");
        standby.postgres.stop().await;
        sqlx::raw_sql("ROLLBACK").execute(&mut holding).await.expect("the row is gone");
        later
    });
    assert_eq!(sent.status, 201, "{}", sent.json);
    holding.close().await.expect("closed");
    let mut open = Vec::new();
    for node in 0..NODES {
        let mut live = m1.callers[node].live_after("0-0").await;
        live.message_saying("the first").await;
        live.message_saying("later 0").await;
        open.push(live);
    }
    all_is_published(&cluster).await;
    let last = cluster.last_published().await.expect("a stream");

    cluster.postgres().kill();
    standby.postgres.start().await.expect("the standby starts");
    standby.promote().await.expect("the standby is promoted");
    cluster.switch_to(Primary::Standby(Box::new(standby))).remove().await;
    say(m0, den, "after", 2 * NODES).await;

    // Both nodes say so, and both have shown the first: no client keeps it.
    let later = token(later.iter().find_map(Sent::acknowledged).expect("a place"));
    for (node, open) in open.iter_mut().enumerate() {
        relay_has_diverged(&cluster.urls[node]).await;
        open.expect("reset").await;
        let mut resumed = m1.callers[node].live_after(&later).await;
        resumed.expect("ready").await;
        let shown = resumed.next().await.expect("the stream goes on");
        assert_eq!(shown.kind, "reset", "{shown:?}");
    }
    assert_eq!(cluster.last_published().await, Some(last), "something was published");

    let (said, listed) = accept_log(&cluster).await;
    assert!(said.contains("forget what is after number"), "{said}");
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((&listed[0]["log_number"], &listed[0]["data"]["text"]), (&json!(last - 1), &text["text"]), "{listed:?}");

    // The lost one is accepted again under its id, and all that is counted fits.
    assert_eq!(m0.put(1, &path, Some(&text)).await.status, 201);
    all_is_published(&cluster).await;
    all_are_ready(&cluster).await;
    let page = m1.get(0, &format!("/conversations/{den}/messages?limit=200")).await;
    let shown: Vec<&str> = page.items().iter().filter_map(|item| item["text"].as_str()).collect();
    let mut expected: Vec<String> = (0..3).map(|n| format!("kept {n}")).collect();
    expected.push("later 0".to_owned());
    expected.extend((0..2 * NODES).map(|n| format!("after {n}")));
    expected.push("the first".to_owned());
    assert_eq!(shown, expected);
    let events = cluster.number("SELECT count(*) FROM events").await;
    let counted = cluster.number("SELECT min(log_number) FROM read_models.projection_checkpoints").await;
    assert_eq!(counted, events, "the read models count otherwise than the log");
    cluster.delete_logs();
    cluster.stop().await;
}
