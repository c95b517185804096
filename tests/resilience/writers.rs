//! Writers: one message after the other, each again under its id until the outcome is known, twenty times at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use causerie_tests::{Chance, token};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::client::{Client, NODES, place};
use crate::history::{Attempt, History, Outcome, ReadBack, Sent, now};
use crate::page_readers::page;
use crate::sites::TestSite;

/// As many retries of one message at once.
const AT_ONCE: usize = 20;
/// And so many messages that are retried like that at once: with more, an outage would end in hardly anything else.
const CROWDS: usize = 6;

/// A member who writes.
pub(crate) struct Writer {
    pub(crate) number: usize,
    pub(crate) client: Client,
    pub(crate) test_site: Arc<TestSite>,
    pub(crate) chance: Chance,
    /// The longest pause between messages, in milliseconds.
    pub(crate) pause: u64,
}

impl Writer {
    /// Writes until told to stop.
    pub(crate) async fn write(mut self, stop: watch::Receiver<bool>) -> History {
        let mut history = History::default();
        let places = self.test_site.conversations_of(self.client.id);
        let mut counter = 0;
        let mut before: HashMap<Uuid, Uuid> = HashMap::new();
        while !*stop.borrow() {
            counter += 1;
            let conversation = *self.chance.pick(&places);
            let text = format!("w{}-{counter}-{:x}", self.number, self.chance.number() & 0xffff);
            // Now and then a response to their message before in the conversation, which may be deleted by then.
            let reply_to = before.get(&conversation).copied().filter(|_| self.chance.one_in(8));
            let sent = self.send(conversation, text, reply_to, counter, &stop).await;
            if let Some(position) = sent.acknowledged() {
                self.client.calls.acknowledged_sends.fetch_add(1, Ordering::Relaxed);
                self.follow_up(&sent, position, &mut history).await;
                before.insert(conversation, sent.id);
            }
            history.sends.push(sent);
            sleep(self.chance.between(0, self.pause)).await;
        }
        history
    }

    /// One message, until its outcome is known.
    async fn send(
        &mut self,
        conversation: Uuid,
        text: String,
        reply_to: Option<Uuid>,
        counter: u32,
        stop: &watch::Receiver<bool>,
    ) -> Sent {
        let (site, author, writer) = (self.client.site, self.client.id, self.number);
        let id = Uuid::now_v7();
        let mut sent = Sent { site, author, writer, counter, conversation, id, text, reply_to, attempts: Vec::new() };
        let first = self.attempt(&sent, self.chance.clone().below(NODES)).await;
        self.chance.number();
        sent.attempts.push(first);
        let mut crowded = false;
        let mut stopped = 0_u32;
        while sent.attempts.iter().all(|attempt| attempt.outcome == Outcome::Unknown) {
            // At the end of the run everything is healed: what is still open then memberships open.
            stopped += u32::from(*stop.borrow());
            if stopped > 60 {
                break;
            }
            sleep(self.chance.between(20, 500)).await;
            // Once is the test; after that a crowd would only keep the machine busy.
            sent.attempts.extend(self.again(&sent, !crowded).await);
            crowded = true;
        }
        if sent.attempts.len() > 1 && sent.acknowledged().is_some() && self.chance.one_in(2) {
            sent.attempts.extend(self.again(&sent, true).await);
        }
        sent
    }

    /// The same message again, by a crowd at once where there is room for one.
    async fn again(&self, sent: &Sent, crowd: bool) -> Vec<Attempt> {
        let crowding = &self.client.calls.crowding;
        let room = crowd && crowding.fetch_add(1, Ordering::Relaxed) < CROWDS;
        let at_once = if room { AT_ONCE } else { NODES };
        let attempts = join_all((0..at_once).map(|n| self.attempt(sent, n % NODES))).await;
        if crowd {
            crowding.fetch_sub(1, Ordering::Relaxed);
        }
        attempts
    }

    async fn attempt(&self, sent: &Sent, node: usize) -> Attempt {
        let calls = &self.client.calls;
        let path = format!("/conversations/{}/messages/{}", sent.conversation, sent.id);
        let mut body = json!({ "text": sent.text });
        if let Some(reply_to) = sent.reply_to {
            body["reply_to"] = json!(reply_to);
        }
        let began = now();
        calls.sends_in_flight.fetch_add(1, Ordering::Relaxed);
        let ask = self.client.put(node, &path, Some(&body));
        let patience = calls.patience.load(Ordering::Relaxed);
        let response = if patience == 0 {
            Some(ask.await)
        } else {
            // Dropping the request closes its connection.
            let patience = Duration::from_micros(self.chance.clone().below(patience) + began % 1000);
            timeout(patience, ask).await.ok()
        };
        calls.sends_in_flight.fetch_sub(1, Ordering::Relaxed);
        let outcome = response.map_or_else(
            || {
                calls.hung_up.fetch_add(1, Ordering::Relaxed);
                Outcome::Unknown
            },
            |response| response.outcome,
        );
        if outcome == Outcome::Unknown {
            calls.lost.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(sent.id);
        }
        Attempt { began, ended: now(), outcome }
    }

    /// What members do with what they have just written.
    async fn follow_up(&mut self, sent: &Sent, at: causerie_tests::At, history: &mut History) {
        let message = format!("/conversations/{}/messages/{}", sent.conversation, sent.id);
        let node = self.chance.below(NODES);
        let ask = async |method, path: &str, body: Option<serde_json::Value>| {
            self.client.ask(node, method, path, body.as_ref(), None).await
        };
        let acted = match self.chance.clone().below(48) {
            0..6 => {
                history.read_backs.push(self.read_back(sent, at, node).await);
                None
            }
            6..10 => {
                let body = json!({ "message": sent.id });
                let path = format!("/conversations/{}/read-marker", sent.conversation);
                Some(ask(Method::PUT, &path, Some(body)).await)
            }
            10..12 => Some(ask(Method::PATCH, &message, Some(json!({ "text": format!("{}!", sent.text) }))).await),
            12 => Some(ask(Method::DELETE, &message, None).await),
            13..15 => Some(ask(Method::PUT, &format!("{message}/reactions/%F0%9F%91%8D"), None).await),
            15 => {
                let path = format!("/conversations/{}/preferences", sent.conversation);
                Some(ask(Method::PATCH, &path, Some(json!({ "muted": sent.counter.is_multiple_of(2) }))).await)
            }
            _ => None,
        };
        self.chance.number();
        let place = acted.as_ref().and_then(place);
        history.acknowledged.extend(place);
        // A read with the position of an edit or a deletion never shows the earlier text.
        if let Some(at) = place.filter(|_| self.chance.one_in(2)) {
            let path = format!("/conversations/{}/messages?around={}&limit=5", sent.conversation, sent.id);
            let node = self.chance.below(NODES);
            let response = self.client.ask(node, Method::GET, &path, None, Some(&token(at))).await;
            if response.is_ok() {
                history.pages.push(page(&self.client, sent.conversation, at, response.items()));
            }
        }
    }

    /// P10: a read that names the position of the write.
    async fn read_back(&self, sent: &Sent, at: causerie_tests::At, node: usize) -> ReadBack {
        let position = token(at);
        let path = format!("/conversations/{}/messages?around={}&limit=3", sent.conversation, sent.id);
        let response = self.client.ask(node, Method::GET, &path, None, Some(&position)).await;
        let id = sent.id.to_string();
        match response.status {
            200 if response.items().iter().any(|item| item["id"] == id) => ReadBack::Shown,
            // A member who was barred or removed since.
            403 => ReadBack::Refused,
            404 if response.json["code"] == "conversation.not_found" => ReadBack::Refused,
            0 | 408 | 503 => ReadBack::Behind,
            // Back in the group since: what was before is not theirs to read.
            _ if crate::sites::GUESTS.contains(&sent.author) => ReadBack::Refused,
            _ => ReadBack::Stale(sent.id),
        }
    }
}
