//! Requests to the service. The outcome and the duration of each are recorded (P14).

use std::mem::take;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use causerie_tests::{At, Caller, START, at};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use crate::cluster::{SETTLE_LIMIT, wait_until};
use crate::history::{Attempt, Outcome, Sent, now};

/// The service responds within 15 seconds, whatever happens to its servers. The rest is for a busy
/// machine.
pub(crate) const RESPONSE_LIMIT: Duration = Duration::from_secs(17);
pub(crate) const NODES: usize = 2;

/// A call that ended too late, or with an error that the service must not return.
#[derive(Debug, Clone)]
pub(crate) struct BadCall {
    pub(crate) node: usize,
    pub(crate) began: u64,
    pub(crate) ended: u64,
    pub(crate) description: String,
}

#[derive(Debug, Default)]
pub(crate) struct CallStats {
    pub(crate) made: AtomicU64,
    pub(crate) unknown: AtomicU64,
    pub(crate) longest: AtomicU64,
    pub(crate) acknowledged_sends: AtomicU64,
    pub(crate) sends_in_flight: AtomicUsize,
    /// Clients hang up within this number of microseconds. 0: they wait for the response.
    pub(crate) hang_up_within: AtomicU64,
    pub(crate) hung_up: AtomicU64,
    /// Messages that are repeated by many concurrent requests at this moment.
    pub(crate) bulk_retries: AtomicUsize,
    /// Sends without a response, until a fault takes them to search the log for them.
    unanswered: Mutex<Vec<Uuid>>,
    bad: Mutex<Vec<BadCall>>,
}

impl CallStats {
    pub(crate) fn record_unanswered(&self, id: Uuid) {
        self.unanswered.lock().unwrap_or_else(PoisonError::into_inner).push(id);
    }

    pub(crate) fn take_unanswered(&self) -> Vec<Uuid> {
        take(&mut *self.unanswered.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn take_bad(&self) -> Vec<BadCall> {
        take(&mut *self.bad.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A member with a token, and a caller for each node.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) site: usize,
    pub(crate) id: &'static str,
    pub(crate) callers: Vec<Caller>,
    pub(crate) calls: Arc<CallStats>,
}

#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) outcome: Outcome,
    /// 0 without a response.
    pub(crate) status: u16,
    pub(crate) json: Value,
    pub(crate) began: u64,
    pub(crate) ended: u64,
}

impl Response {
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn items(&self) -> &[Value] {
        self.json["items"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn position(&self) -> Option<At> {
        self.outcome.position().filter(|at| *at != START)
    }
}

impl Client {
    pub(crate) async fn get(&self, node: usize, path: &str) -> Response {
        self.call(node, Method::GET, path, None, None).await
    }

    pub(crate) async fn put(&self, node: usize, path: &str, body: Option<&Value>) -> Response {
        self.call(node, Method::PUT, path, body, None).await
    }

    pub(crate) async fn call(
        &self,
        node: usize,
        method: Method,
        path: &str,
        body: Option<&Value>,
        min_position: Option<&str>,
    ) -> Response {
        let name = format!("{method} {path}");
        let mut request = self.callers[node].request(method, path).timeout(RESPONSE_LIMIT);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(position) = min_position {
            request = request.header("causerie-min-position", position);
        }
        let began = now();
        let result = async {
            let response = request.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, response.text().await?))
        };
        let result = result.await;
        let ended = now();
        self.calls.made.fetch_add(1, Ordering::Relaxed);
        self.calls.longest.fetch_max(ended - began, Ordering::Relaxed);
        let error = match &result {
            Ok((status, headers, text))
                if *status >= 500 && (*status != 503 || !headers.contains_key("retry-after")) =>
            {
                Some(format!("{status} {text}"))
            }
            Err(error) if error.is_timeout() => Some(format!("no response within {RESPONSE_LIMIT:?}")),
            _ => None,
        };
        if let Some(error) = error {
            let call = BadCall { node, began, ended, description: format!("{name}: {error}") };
            self.calls.bad.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        }
        let (status, headers, text) = result.unwrap_or_default();
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let position = headers.get("causerie-position").and_then(|token| at(token.to_str().ok()?));
        let outcome = match status {
            200..300 => Outcome::Ok(position.unwrap_or(START)),
            // Nothing was written, and a repetition may succeed.
            408 | 429 => Outcome::Unknown,
            409 if json["code"] == "request.contended" => Outcome::Unknown,
            400..500 => Outcome::Rejected,
            _ => Outcome::Unknown,
        };
        if outcome == Outcome::Unknown {
            self.calls.unknown.fetch_add(1, Ordering::Relaxed);
        }
        Response { outcome, status, json, began, ended }
    }

    /// Repeats a command on alternating nodes until its outcome is known, or until this time.
    pub(crate) async fn call_until_known(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        until: u64,
    ) -> Option<Response> {
        let mut node = path.len() % NODES;
        loop {
            let response = self.call(node, method.clone(), path, body, None).await;
            if response.outcome != Outcome::Unknown {
                return Some(response);
            }
            if now() > until {
                return None;
            }
            node = (node + 1) % NODES;
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Sends a message under a new id to one node, again until it is acknowledged.
    pub(crate) async fn send(&self, writer: usize, conversation: Uuid, node: usize, text: &str) -> Sent {
        let id = Uuid::now_v7();
        let (path, body) = (message_path(conversation, id), json!({ "text": text }));
        let mut attempts: Vec<Attempt> = Vec::new();
        let acknowledged = async || {
            if !attempts.is_empty() {
                sleep(Duration::from_millis(100)).await;
            }
            let response = self.put(node, &path, Some(&body)).await;
            attempts.push(Attempt { began: response.began, ended: response.ended, outcome: response.outcome });
            response.outcome.position().is_some()
        };
        wait_until(SETTLE_LIMIT, acknowledged).await;
        let (site, author, text) = (self.site, self.id, text.to_owned());
        Sent { site, author, writer, counter: 1, conversation, id, text, reply_to: None, attempts }
    }
}

pub(crate) fn message_path(conversation: Uuid, id: Uuid) -> String {
    format!("/conversations/{conversation}/messages/{id}")
}
