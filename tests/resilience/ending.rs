//! The end of a run: what must hold within 30 s (P15), and what everybody reads once all is quiet.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use causerie_tests::{at, jetstream};
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::calls::{NODES, Person};
use crate::cast::{MEMBERS, Troupe};
use crate::check::{Copied, Finals};
use crate::pages::{item, listed};
use crate::record::{Attempt, Item, Outcome, Sent};
use crate::stand::Stand;

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
pub(crate) async fn insist(person: &Person, writer: usize, conversation: Uuid, node: usize, text: &str) -> Sent {
    let (id, since) = (Uuid::now_v7(), Instant::now());
    let path = format!("/conversations/{conversation}/messages/{id}");
    let mut attempts = Vec::new();
    while since.elapsed() < LIMIT {
        let reply = person.put(node, &path, Some(&json!({ "text": text }))).await;
        attempts.push(Attempt { began: reply.began, ended: reply.ended, outcome: reply.outcome });
        if matches!(reply.outcome, Outcome::Ok(_)) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    let (site, author, text) = (person.site, person.id, text.to_owned());
    Sent { site, author, writer, counter: 1, conversation, id, text, reply_to: None, attempts }
}

/// Whether the stream and every read model have all there is.
pub(crate) async fn no_lag(stand: &Stand) -> bool {
    let events = stand.number("SELECT count(*) FROM events").await;
    let published = stand.last_published().await.and_then(|last| i64::try_from(last).ok());
    events.is_some() && events == published && stand.number(BEHIND).await == Some(0)
}

/// Everything that every member reads, in a run that is over.
pub(crate) async fn finals(troupes: &[Arc<Troupe>]) -> Finals {
    let mut finals = Finals::default();
    for troupe in troupes {
        for member in MEMBERS {
            let who = &troupe.members[member];
            for conversation in troupe.conversations() {
                finals.timelines.insert((troupe.site, member, conversation), timeline(who, conversation).await);
            }
            let reply = who.get(0, "/conversations?limit=200").await;
            let list = reply.items().iter().filter_map(|item| listed(who, item)).collect();
            finals.lists.insert((troupe.site, member), list);
        }
        let path = format!("/conversations/{}/participants?limit=200", troupe.hall);
        let reply = troupe.members["m0"].get(1, &path).await;
        let seated = reply.items().iter().filter_map(|item| item["id"].as_str().map(str::to_owned));
        finals.participants.insert((troupe.site, troupe.hall), seated.collect());
    }
    finals
}

/// Page by page, one node after the other; none where it is refused.
async fn timeline(who: &Person, conversation: Uuid) -> Option<Vec<Item>> {
    let first = format!("/conversations/{conversation}/messages?limit=200");
    let (mut path, mut pages, mut node) = (first, Vec::new(), 0);
    loop {
        let reply = who.get(node % NODES, &path).await;
        if !reply.is_ok() {
            return None;
        }
        pages.push(reply.items().iter().map(item).collect::<Vec<_>>());
        let Some(cursor) = reply.json["previous"].as_str() else { break };
        path = format!("/conversations/{conversation}/messages?before={cursor}&limit=200");
        node += 1;
    }
    pages.reverse();
    Some(pages.concat())
}

/// JetStream from its start, and how much it has beyond the log.
pub(crate) async fn copy(stand: &Stand, events: usize) -> (Vec<Copied>, u64) {
    let last = stand.last_published().await.unwrap_or_default();
    let count = events.min(usize::try_from(last).unwrap_or_default());
    let (published, beyond) = jetstream(&stand.servers.nats_url(), "causerie.v1.>", count).await;
    let copied = published.into_iter().map(|message| Copied {
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
