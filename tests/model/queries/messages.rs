//! ListMessages: single pages, and all pages in both directions.

use causerie_tests::oracle::{Conversation, differences};
use serde_json::{Value, json};
use uuid::Uuid;

use super::QueryCheck;

/// The query, the expected part of the visible messages, and its index there.
type Window<'a> = (String, &'a [Value], usize);

impl QueryCheck<'_> {
    pub(super) async fn messages(&mut self) {
        let state = self.state;
        let (mine, others): (Vec<_>, Vec<_>) = state
            .conversations
            .values()
            .partition(|conversation| state.reads_from(self.caller, conversation).is_some());
        for conversation in &mine {
            let all = state.message_views(self.caller, conversation);
            let path = format!("/conversations/{}/messages", conversation.id);
            self.window(&path, &all, ("limit=200".to_owned(), &all, 0)).await;
        }
        // Conversations of several pages more often.
        let long: Vec<_> = mine.iter().filter(|conversation| conversation.messages.len() > 3).collect();
        let paged = self.choice.some(1, long).into_iter().chain(self.choice.some(1, &mine));
        for conversation in paged {
            self.windows(conversation).await;
        }
        for conversation in self.choice.some(1, &others) {
            self.expect_refusal(&format!("/conversations/{}/messages", conversation.id)).await;
        }
    }

    async fn windows(&mut self, conversation: &Conversation) {
        let all = self.state.message_views(self.caller, conversation);
        let path = format!("/conversations/{}/messages", conversation.id);
        let limit = 1 + self.choice.below(6);
        let from = all.len().saturating_sub(limit);
        self.window(&path, &all, (format!("limit={limit}"), &all[from..], from)).await;
        if !all.is_empty() {
            let at = self.choice.below(all.len());
            let id = all[at]["id"].as_str().unwrap_or_default();
            let (before, after) = (at.saturating_sub(limit), (at + 1 + limit).min(all.len()));
            self.window(&path, &all, (format!("before={id}&limit={limit}"), &all[before..at], before)).await;
            self.window(&path, &all, (format!("after={id}&limit={limit}"), &all[at + 1..after], at + 1)).await;
            self.around(&path, &all, id, limit).await;
            if self.choice.below(2) == 0 {
                self.page_back(&path, &all, limit).await;
            } else {
                self.page_forward(&path, &all, limit).await;
            }
        }
        let hidden = conversation.messages.iter().find(|message| !all.iter().any(|seen| seen["id"] == message.id));
        let nothing = hidden.map_or_else(|| Uuid::now_v7().to_string(), |message| message.id.clone());
        let parameter = ["before", "after", "around"][self.choice.below(3)];
        self.refused(&format!("{path}?{parameter}={nothing}"), 404, None).await;
    }

    /// One page: its items, and whether it has a previous and a next page.
    async fn window(&mut self, path: &str, all: &[Value], (query, page, from): Window<'_>) -> (Value, Value) {
        let response = self.get(&format!("{path}?{query}")).await;
        let mut found = differences(&json!(page), &response.json["items"]);
        if response.status != 200 {
            found = vec![format!("expected 200, got {} {}", response.status, response.text)];
        } else if !page.is_empty() {
            let more = [("previous", from > 0), ("next", from + page.len() < all.len())];
            for (side, exists) in more {
                let cursor = &response.json[side];
                if cursor.is_string() != exists {
                    let expected = if exists { "a cursor" } else { "null" };
                    found.push(format!(".{side}: expected {expected}, got {cursor}"));
                }
            }
        }
        self.note(&response.request, found);
        (response.json["previous"].clone(), response.json["next"].clone())
    }

    /// The page contains the message, and consecutive messages only.
    async fn around(&mut self, path: &str, all: &[Value], id: &str, limit: usize) {
        let query = format!("around={id}&limit={limit}");
        let response = self.get(&format!("{path}?{query}")).await;
        let items = response.json["items"].as_array().cloned().unwrap_or_default();
        let from = items.first().and_then(|first| all.iter().position(|message| message["id"] == first["id"]));
        let mut found = match from {
            Some(from) if from + items.len() <= all.len() && items.len() <= limit => {
                differences(&json!(all[from..from + items.len()]), &json!(items))
            }
            _ => vec![format!("not consecutive messages: {} {}", response.status, response.text)],
        };
        if !items.iter().any(|message| message["id"] == id) {
            found.push(format!("{id} is not among them"));
        }
        self.note(&response.request, found);
    }

    async fn page_back(&mut self, path: &str, all: &[Value], limit: usize) {
        let (mut end, mut query) = (all.len(), format!("limit={limit}"));
        loop {
            let from = end.saturating_sub(limit);
            let (previous, _) = self.window(path, all, (query, &all[from..end], from)).await;
            let Some(cursor) = previous.as_str() else { return };
            if from == 0 {
                return;
            }
            (end, query) = (from, format!("before={cursor}&limit={limit}"));
        }
    }

    async fn page_forward(&mut self, path: &str, all: &[Value], limit: usize) {
        let first = all[0]["id"].as_str().unwrap_or_default();
        let (mut from, mut query) = (1, format!("after={first}&limit={limit}"));
        while from < all.len() {
            let end = (from + limit).min(all.len());
            let (_, next) = self.window(path, all, (query, &all[from..end], from)).await;
            let Some(cursor) = next.as_str() else { return };
            (from, query) = (end, format!("after={cursor}&limit={limit}"));
        }
    }
}
