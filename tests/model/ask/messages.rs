//! ListMessages: whichever way one walks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Asker;
use crate::compare::differences;
use crate::expect;
use crate::fold::Conversation;

/// What is asked, and what of the visible messages it has to show.
type Window<'a> = (String, &'a [Value], usize);

impl Asker<'_> {
    pub(super) async fn messages(&mut self) {
        let model = self.model;
        let (mine, others): (Vec<_>, Vec<_>) = model
            .conversations
            .values()
            .partition(|conversation| model.reads_from(self.viewer, conversation).is_some());
        for conversation in &mine {
            self.whole(conversation).await;
        }
        // Where there is more than one page more often.
        let long: Vec<_> = mine.iter().filter(|conversation| conversation.messages.len() > 3).collect();
        let walked = self.choice.some(1, long).into_iter().chain(self.choice.some(1, &mine));
        for conversation in walked {
            self.windows(conversation).await;
        }
        for conversation in self.choice.some(1, &others) {
            let path = format!("/conversations/{}/messages", conversation.id);
            self.refused(&path, 404, Some("conversation.not_found")).await;
        }
    }

    async fn whole(&mut self, conversation: &Conversation) {
        let all = self.all(conversation);
        let path = format!("/conversations/{}/messages", conversation.id);
        self.window(&path, &all, ("limit=200".to_owned(), &all, 0)).await;
    }

    /// What this viewer has to be shown of it.
    fn all(&self, conversation: &Conversation) -> Vec<Value> {
        let visible = self.model.visible(self.viewer, conversation);
        visible.iter().map(|message| expect::message(self.model, self.viewer, conversation, message)).collect()
    }

    async fn windows(&mut self, conversation: &Conversation) {
        let all = self.all(conversation);
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
                self.walk_back(&path, &all, limit).await;
            } else {
                self.walk_on(&path, &all, limit).await;
            }
        }
        let hidden = conversation.messages.iter().find(|message| !all.iter().any(|seen| seen["id"] == message.id));
        let nothing = hidden.map_or_else(|| Uuid::now_v7().to_string(), |message| message.id.clone());
        let way = ["before", "after", "around"][self.choice.below(3)];
        self.refused(&format!("{path}?{way}={nothing}"), 404, None).await;
    }

    /// One page: what it holds, and whether there is more on either side.
    async fn window(&mut self, path: &str, all: &[Value], (query, page, from): Window<'_>) -> (Value, Value) {
        let answer = self.get(&format!("{path}?{query}")).await;
        let mut found = differences(&json!(page), &answer.json["items"]);
        if answer.status != 200 {
            found = vec![format!("expected 200, got {} {}", answer.status, answer.text)];
        } else if !page.is_empty() {
            let more = [("previous", from > 0), ("next", from + page.len() < all.len())];
            for (side, there) in more {
                let said = &answer.json[side];
                if said.is_string() != there {
                    found.push(format!(".{side}: expected {}, got {said}", if there { "a cursor" } else { "null" }));
                }
            }
        }
        self.note(&answer.request, found);
        (answer.json["previous"].clone(), answer.json["next"].clone())
    }

    /// It is in there, and what is there hangs together.
    async fn around(&mut self, path: &str, all: &[Value], id: &str, limit: usize) {
        let query = format!("around={id}&limit={limit}");
        let answer = self.get(&format!("{path}?{query}")).await;
        let items = answer.json["items"].as_array().cloned().unwrap_or_default();
        let from = items.first().and_then(|first| all.iter().position(|message| message["id"] == first["id"]));
        let mut found = match from {
            Some(from) if from + items.len() <= all.len() && items.len() <= limit => {
                differences(&json!(all[from..from + items.len()]), &json!(items))
            }
            _ => vec![format!("no part of the messages: {} {}", answer.status, answer.text)],
        };
        if !items.iter().any(|message| message["id"] == id) {
            found.push(format!("{id} is not among them"));
        }
        self.note(&answer.request, found);
    }

    async fn walk_back(&mut self, path: &str, all: &[Value], limit: usize) {
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

    /// From the first page on.
    async fn walk_on(&mut self, path: &str, all: &[Value], limit: usize) {
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
