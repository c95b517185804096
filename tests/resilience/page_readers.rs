//! Page readers: members request pages of any conversation, also of those that they may not see.

use std::sync::Arc;

use causerie_tests::{At, Chance, START};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, NODES};
use crate::history::{Content, History, Item, ListItem, Page, text_hash};
use crate::sites::{MEMBERS, TestSite};

pub(crate) async fn read(test_site: Arc<TestSite>, mut chance: Chance, stop: watch::Receiver<bool>) -> History {
    let mut history = History::default();
    while !*stop.borrow() {
        let &member = chance.pick(&MEMBERS);
        let client = test_site.client(member);
        let node = chance.below(NODES);
        if chance.one_in(4) {
            let response = client.get(node, "/conversations?limit=50").await;
            history.lists.extend(list_items(client, response.items()));
        } else {
            let conversation = *chance.pick(&test_site.conversations());
            let limit = chance.below(40) + 1;
            let mut path = format!("/conversations/{conversation}/messages?limit={limit}");
            // A few pages towards the start.
            for _ in 0..=chance.below(3) {
                let response = client.get(node, &path).await;
                if !response.is_ok() {
                    break;
                }
                history.pages.push(page(client, conversation, START, response.items()));
                let Some(cursor) = response.json["previous"].as_str() else { break };
                path = format!("/conversations/{conversation}/messages?before={cursor}&limit={limit}");
            }
        }
        sleep(chance.between(20, 150)).await;
    }
    history
}

pub(crate) fn page(client: &Client, conversation: Uuid, at: At, items: &[Value]) -> Page {
    Page { site: client.site, member: client.id, conversation, at, items: items.iter().map(item).collect() }
}

pub(crate) fn item(item: &Value) -> Item {
    let (id, text) = content(item).unwrap_or_default();
    let seq = item["seq"].as_u64().unwrap_or_default();
    Item { id, seq, text, deleted: item["deleted"] == true, quoted: content(&item["reply_preview"]) }
}

pub(crate) fn list_items(client: &Client, items: &[Value]) -> Vec<ListItem> {
    let item = |item: &Value| ListItem {
        site: client.site,
        member: client.id,
        conversation: uuid(&item["id"]),
        last: content(&item["last_message"]),
        unread: item["unread"].as_i64().unwrap_or(-1),
    };
    items.iter().map(item).collect()
}

/// The id and text of a message, if the value is one.
pub(crate) fn content(value: &Value) -> Option<Content> {
    value.is_object().then(|| (uuid(&value["id"]), value["text"].as_str().map_or(0, text_hash)))
}

pub(crate) fn uuid(value: &Value) -> Uuid {
    value.as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
}
