//! Page readers: anybody asks for anything, also for what they may not see.

use std::sync::Arc;

use causerie_tests::{At, Chance, START};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, NODES};
use crate::history::{History, Item, ListItem, Page, text_hash};
use crate::sites::{MEMBERS, TestSite};

/// Asks until told to stop.
pub(crate) async fn read(test_site: Arc<TestSite>, mut chance: Chance, stop: watch::Receiver<bool>) -> History {
    let mut history = History::default();
    while !*stop.borrow() {
        let who = &test_site.members[*chance.pick(&MEMBERS)];
        let node = chance.below(NODES);
        if chance.one_in(4) {
            let response = who.get(node, "/conversations?limit=50").await;
            history.lists.extend(response.items().iter().filter_map(|item| listed(who, item)));
        } else {
            let conversation = *chance.pick(&test_site.conversations());
            let limit = chance.below(40) + 1;
            let mut path = format!("/conversations/{conversation}/messages?limit={limit}");
            // A walk of a few pages towards the start.
            for _ in 0..=chance.below(3) {
                let response = who.get(node, &path).await;
                if !response.is_ok() {
                    break;
                }
                history.pages.push(page(who, conversation, START, response.items()));
                let Some(cursor) = response.json["previous"].as_str() else { break };
                path = format!("/conversations/{conversation}/messages?before={cursor}&limit={limit}");
            }
        }
        sleep(chance.between(20, 150)).await;
    }
    history
}

pub(crate) fn page(who: &Client, conversation: Uuid, at: At, items: &[Value]) -> Page {
    Page { site: who.site, member: who.id, conversation, at, items: items.iter().map(item).collect() }
}

pub(crate) fn item(item: &Value) -> Item {
    Item {
        id: id(&item["id"]),
        seq: item["seq"].as_u64().unwrap_or_default(),
        text: item["text"].as_str().map_or(0, text_hash),
        deleted: item["deleted"] == true,
        quoted: contained(&item["reply_preview"]),
    }
}

pub(crate) fn listed(who: &Client, item: &Value) -> Option<ListItem> {
    let last = &item["last_message"];
    Some(ListItem {
        site: who.site,
        member: who.id,
        conversation: item["id"].as_str()?.parse().ok()?,
        last: contained(last),
        unread: item["unread"].as_i64().unwrap_or(-1),
    })
}

/// A message inside of something else: which, and its text.
pub(crate) fn contained(value: &Value) -> Option<(Uuid, u64)> {
    value.is_object().then(|| (id(&value["id"]), value["text"].as_str().map_or(0, text_hash)))
}

fn id(value: &Value) -> Uuid {
    value.as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
}
