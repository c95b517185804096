//! The end of a run: what must hold within 30 s (P15), and what everybody reads once all is quiet.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use causerie_tests::{at, jetstream};
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::check::{FinalReads, StreamMessage};
use crate::client::{Client, NODES};
use crate::cluster::Cluster;
use crate::history::{Attempt, Item, Outcome, Sent};
use crate::page_readers::{item, listed};
use crate::sites::{MEMBERS, TestSite};

const LIMIT: Duration = Duration::from_mins(1);
/// What is left to do, over all projections: events that are not in the stream, and those that are not in a read model.
const BEHIND: &str = "SELECT greatest(0, (SELECT count(*) FROM events) - coalesce((SELECT min(log_number) FROM read_models.projection_checkpoints), 0))";
pub(crate) const LAST: &str = "the last word";

/// Until a condition holds: how long after `since`.
pub(crate) async fn until(since: Instant, mut holds: impl AsyncFnMut() -> bool) -> Option<Duration> {
    while since.elapsed() < LIMIT {
        if holds().await {
            return Some(since.elapsed());
        }
        sleep(Duration::from_millis(25)).await;
    }
    None
}

/// A message to somewhere, through this node, again until it is acknowledged.
pub(crate) async fn insist(client: &Client, writer: usize, conversation: Uuid, node: usize, text: &str) -> Sent {
    let (id, since) = (Uuid::now_v7(), Instant::now());
    let path = format!("/conversations/{conversation}/messages/{id}");
    let mut attempts = Vec::new();
    while since.elapsed() < LIMIT {
        let response = client.put(node, &path, Some(&json!({ "text": text }))).await;
        attempts.push(Attempt { began: response.began, ended: response.ended, outcome: response.outcome });
        if matches!(response.outcome, Outcome::Ok(_)) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let (site, author, text) = (client.site, client.id, text.to_owned());
    Sent { site, author, writer, counter: 1, conversation, id, text, reply_to: None, attempts }
}

/// Whether the stream and every read model have all there is.
pub(crate) async fn no_lag(cluster: &Cluster) -> bool {
    let events = cluster.number("SELECT count(*) FROM events").await;
    let published = cluster.last_published().await.and_then(|last| i64::try_from(last).ok());
    events.is_some() && events == published && cluster.number(BEHIND).await == Some(0)
}

/// Everything that every member reads, in a run that is over.
pub(crate) async fn finals(test_sites: &[Arc<TestSite>]) -> FinalReads {
    let mut finals = FinalReads::default();
    for test_site in test_sites {
        for member in MEMBERS {
            let who = &test_site.members[member];
            for conversation in test_site.conversations() {
                finals.timelines.insert((test_site.site, member, conversation), timeline(who, conversation).await);
            }
            let response = who.get(0, "/conversations?limit=200").await;
            let list = response.items().iter().filter_map(|item| listed(who, item)).collect();
            finals.lists.insert((test_site.site, member), list);
        }
        let path = format!("/conversations/{}/participants?limit=200", test_site.large_group);
        let response = test_site.members["m0"].get(1, &path).await;
        let seated = response.items().iter().filter_map(|item| item["id"].as_str().map(str::to_owned));
        finals.participants.insert((test_site.site, test_site.large_group), seated.collect());
    }
    finals
}

/// Page by page, one node after the other; none where it is refused.
async fn timeline(who: &Client, conversation: Uuid) -> Option<Vec<Item>> {
    let first = format!("/conversations/{conversation}/messages?limit=200");
    let (mut path, mut pages, mut node) = (first, Vec::new(), 0);
    loop {
        let response = who.get(node % NODES, &path).await;
        if !response.is_ok() {
            return None;
        }
        pages.push(response.items().iter().map(item).collect::<Vec<_>>());
        let Some(cursor) = response.json["previous"].as_str() else { break };
        path = format!("/conversations/{conversation}/messages?before={cursor}&limit=200");
        node += 1;
    }
    pages.reverse();
    Some(pages.concat())
}

/// JetStream from its start, and how much it has beyond the log.
pub(crate) async fn copy(cluster: &Cluster, events: usize) -> (Vec<StreamMessage>, u64) {
    let last = cluster.last_published().await.unwrap_or_default();
    let count = events.min(usize::try_from(last).unwrap_or_default());
    let (published, beyond) = jetstream(&cluster.servers.nats_url(), "causerie.v1.>", count).await;
    let copied = published.into_iter().map(|message| StreamMessage {
        sequence: message.stream_sequence,
        log_number: message.header("causerie-log-number").to_owned(),
        event_id: message.header("ce-id").to_owned(),
        position: at(message.header("causerie-position")),
        body: message.body,
    });
    (copied.collect(), beyond)
}

/// How often each kind of attempt ended how.
pub(crate) fn outcomes(sends: &[Sent]) -> HashMap<&'static str, usize> {
    let mut counts = HashMap::new();
    for attempt in sends.iter().flat_map(|sent| &sent.attempts) {
        let name = match attempt.outcome {
            Outcome::Ok(_) => "ok",
            Outcome::Refused => "fail",
            Outcome::Unknown => "unknown",
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}
