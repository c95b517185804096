//! What members and JetStream show after a run, when the service is idle.

use std::sync::Arc;

use causerie_tests::{at, jetstream};
use uuid::Uuid;

use crate::check::{FinalReads, StreamMessage};
use crate::client::{Client, NODES};
use crate::cluster::Cluster;
use crate::history::Item;
use crate::page_readers::{item, list_items};
use crate::sites::{MEMBERS, TestSite};

pub(crate) async fn final_reads(test_sites: &[Arc<TestSite>]) -> FinalReads {
    let mut finals = FinalReads::default();
    for test_site in test_sites {
        let site = test_site.site;
        for member in MEMBERS {
            let client = test_site.client(member);
            for conversation in test_site.conversations() {
                finals.timelines.insert((site, member, conversation), timeline(client, conversation).await);
            }
            let response = client.get(0, "/conversations?limit=200").await;
            finals.lists.insert((site, member), list_items(client, response.items()));
        }
        let path = format!("/conversations/{}/participants?limit=200", test_site.large_group);
        let response = test_site.client("m0").get(1, &path).await;
        let participants = response.items().iter().filter_map(|item| item["id"].as_str().map(str::to_owned));
        finals.participants.insert((site, test_site.large_group), participants.collect());
    }
    finals
}

/// All pages, from alternating nodes. None if the request is rejected.
async fn timeline(client: &Client, conversation: Uuid) -> Option<Vec<Item>> {
    let mut path = format!("/conversations/{conversation}/messages?limit=200");
    let (mut pages, mut node) = (Vec::new(), 0);
    loop {
        let response = client.get(node % NODES, &path).await;
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

/// The messages of JetStream for this many events, and the number of messages after them.
pub(crate) async fn published(cluster: &Cluster, events: usize) -> (Vec<StreamMessage>, u64) {
    let last = cluster.last_published().await.unwrap_or_default();
    let count = events.min(usize::try_from(last).unwrap_or_default());
    let (published, beyond) = jetstream(&cluster.servers.nats_url(), "causerie.v1.>", count).await;
    let messages = published.into_iter().map(|message| StreamMessage {
        sequence: message.stream_sequence,
        log_number: message.header("causerie-log-number").to_owned(),
        event_id: message.header("ce-id").to_owned(),
        position: at(message.header("causerie-position")),
        body: message.body,
    });
    (messages.collect(), beyond)
}
