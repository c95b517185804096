//! Writers send one message after the other. A send whose outcome is unknown is repeated under its
//! id, by twenty concurrent requests.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use causerie_tests::{At, Chance, token};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::client::{Client, NODES, message_path};
use crate::history::{Attempt, History, Outcome, ReadBack, Sent, now};
use crate::page_readers::page;
use crate::sites::{GUESTS, TestSite};

const CONCURRENT_RETRIES: usize = 20;
/// Messages that are repeated by that many requests at once. With more, an outage would be followed
/// by little else.
const MAX_BULK_RETRIES: usize = 6;
/// Retries of a message after the end of the run, when the service works again.
const MAX_FINAL_RETRIES: u32 = 60;

pub(crate) struct Writer {
    pub(crate) number: usize,
    pub(crate) client: Client,
    pub(crate) test_site: Arc<TestSite>,
    pub(crate) chance: Chance,
    /// The longest pause between messages, in milliseconds.
    pub(crate) pause: u64,
}

impl Writer {
    pub(crate) async fn write(mut self, stop: watch::Receiver<bool>) -> History {
        let mut history = History::default();
        let conversations = self.test_site.conversations_of(self.client.id);
        let mut counter = 0;
        let mut previous: HashMap<Uuid, Uuid> = HashMap::new();
        while !*stop.borrow() {
            counter += 1;
            let conversation = *self.chance.pick(&conversations);
            let text = format!("w{}-{counter}-{:x}", self.number, self.chance.number() & 0xffff);
            // The quoted message may be deleted by then.
            let reply_to = previous.get(&conversation).copied().filter(|_| self.chance.one_in(8));
            let (site, author, writer, id) = (self.client.site, self.client.id, self.number, Uuid::now_v7());
            let mut sent =
                Sent { site, author, writer, counter, conversation, id, text, reply_to, attempts: Vec::new() };
            self.send(&mut sent, &stop).await;
            if let Some(position) = sent.acknowledged() {
                self.client.calls.acknowledged_sends.fetch_add(1, Ordering::Relaxed);
                self.follow_up(&sent, position, &mut history).await;
                previous.insert(conversation, sent.id);
            }
            history.sends.push(sent);
            sleep(self.chance.between(0, self.pause)).await;
        }
        history
    }

    /// Sends a message until its outcome is known.
    async fn send(&mut self, sent: &mut Sent, stop: &watch::Receiver<bool>) {
        let node = self.chance.below(NODES);
        sent.attempts.push(self.attempt(sent, node).await);
        let (mut bulk, mut final_retries) = (true, 0);
        while sent.attempts.iter().all(|attempt| attempt.outcome == Outcome::Unknown) {
            final_retries += u32::from(*stop.borrow());
            if final_retries > MAX_FINAL_RETRIES {
                break;
            }
            sleep(self.chance.between(20, 500)).await;
            let attempts = self.retry(sent, bulk).await;
            sent.attempts.extend(attempts);
            // More bulk retries of the same message would test nothing else.
            bulk = false;
        }
        if sent.attempts.len() > 1 && sent.acknowledged().is_some() && self.chance.one_in(2) {
            let attempts = self.retry(sent, true).await;
            sent.attempts.extend(attempts);
        }
    }

    /// Repeats a message by concurrent requests: many, unless too many messages are repeated that
    /// way.
    async fn retry(&self, sent: &Sent, bulk: bool) -> Vec<Attempt> {
        let bulk_retries = &self.client.calls.bulk_retries;
        let many = bulk && bulk_retries.fetch_add(1, Ordering::Relaxed) < MAX_BULK_RETRIES;
        let requests = if many { CONCURRENT_RETRIES } else { NODES };
        let attempts = join_all((0..requests).map(|n| self.attempt(sent, n % NODES))).await;
        if bulk {
            bulk_retries.fetch_sub(1, Ordering::Relaxed);
        }
        attempts
    }

    async fn attempt(&self, sent: &Sent, node: usize) -> Attempt {
        let calls = &self.client.calls;
        let path = message_path(sent.conversation, sent.id);
        let mut body = json!({ "text": sent.text });
        if let Some(reply_to) = sent.reply_to {
            body["reply_to"] = json!(reply_to);
        }
        let began = now();
        calls.sends_in_flight.fetch_add(1, Ordering::Relaxed);
        let request = self.client.put(node, &path, Some(&body));
        let response = match calls.hang_up_within.load(Ordering::Relaxed) {
            0 => Some(request.await),
            // Dropping the request closes its connection.
            limit => timeout(Duration::from_micros(began % limit), request).await.ok(),
        };
        calls.sends_in_flight.fetch_sub(1, Ordering::Relaxed);
        if response.is_none() {
            calls.hung_up.fetch_add(1, Ordering::Relaxed);
        }
        let outcome = response.map_or(Outcome::Unknown, |response| response.outcome);
        if outcome == Outcome::Unknown {
            calls.record_unanswered(sent.id);
        }
        Attempt { began, ended: now(), outcome }
    }

    /// Reads, marks as read, edits, deletes or reacts to the message, or changes the preferences of
    /// its conversation.
    async fn follow_up(&mut self, sent: &Sent, at: At, history: &mut History) {
        let message = message_path(sent.conversation, sent.id);
        let conversation = format!("/conversations/{}", sent.conversation);
        let (node, read_node) = (self.chance.below(NODES), self.chance.below(NODES));
        let (method, path, body) = match self.chance.below(48) {
            0..6 => return history.read_backs.push(self.read_back(sent, at, node).await),
            6..10 => (Method::PUT, format!("{conversation}/read-marker"), json!({ "message": sent.id })),
            10..12 => (Method::PATCH, message, json!({ "text": format!("{}!", sent.text) })),
            12 => (Method::DELETE, message, Value::Null),
            13..15 => (Method::PUT, format!("{message}/reactions/%F0%9F%91%8D"), Value::Null),
            15 => {
                let muted = sent.counter.is_multiple_of(2);
                (Method::PATCH, format!("{conversation}/preferences"), json!({ "muted": muted }))
            }
            _ => return,
        };
        let body = Some(&body).filter(|body| !body.is_null());
        let position = self.client.call(node, method, &path, body, None).await.position();
        history.acknowledged.extend(position);
        // A read with the position of an edit or a deletion never shows the earlier text.
        if let Some(at) = position.filter(|_| self.chance.one_in(2)) {
            let path = format!("{conversation}/messages?around={}&limit=5", sent.id);
            let response = self.client.call(read_node, Method::GET, &path, None, Some(&token(at))).await;
            if response.is_ok() {
                history.pages.push(page(&self.client, sent.conversation, at, response.items()));
            }
        }
    }

    /// P10: a read that names the position of the write.
    async fn read_back(&self, sent: &Sent, at: At, node: usize) -> ReadBack {
        let path = format!("/conversations/{}/messages?around={}&limit=3", sent.conversation, sent.id);
        let response = self.client.call(node, Method::GET, &path, None, Some(&token(at))).await;
        let id = sent.id.to_string();
        match response.status {
            200 if response.items().iter().any(|item| item["id"] == id) => ReadBack::Shown,
            // The member has been blocked or removed.
            403 => ReadBack::Rejected,
            404 if response.json["code"] == "conversation.not_found" => ReadBack::Rejected,
            0 | 408 | 503 => ReadBack::Unavailable,
            // A guest who is in the group again does not see messages of the earlier membership.
            _ if GUESTS.contains(&sent.author) => ReadBack::Rejected,
            _ => ReadBack::Stale(sent.id),
        }
    }
}
