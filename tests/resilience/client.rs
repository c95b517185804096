//! Asking the service, and noting of every call how it ended and how long it took (P14).

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use causerie_tests::{At, Caller, START, at};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::history::{Outcome, now};

/// The service answers within 15 seconds, whatever happens to what it stands on; and a little for a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(17);

/// How many processes serve the API.
pub(crate) const NODES: usize = 2;

/// A call that did not end as it must.
#[derive(Debug, Clone)]
pub(crate) struct BadCall {
    pub(crate) node: usize,
    pub(crate) began: u64,
    pub(crate) ended: u64,
    pub(crate) what: String,
}

/// What all callers share.
#[derive(Debug, Default)]
pub(crate) struct CallStats {
    pub(crate) made: AtomicU64,
    pub(crate) unknown: AtomicU64,
    pub(crate) longest: AtomicU64,
    pub(crate) acknowledged_sends: AtomicU64,
    pub(crate) sends_in_flight: AtomicUsize,
    /// Clients hang up after at most so many microseconds; 0: they are patient.
    pub(crate) patience: AtomicU64,
    pub(crate) hung_up: AtomicU64,
    /// How many writers are retrying with a crowd at this moment.
    pub(crate) crowding: AtomicUsize,
    /// Sends whose answer was lost, until a fault takes them: is the message in the log?
    pub(crate) lost: Mutex<Vec<Uuid>>,
    pub(crate) bad: Mutex<Vec<BadCall>>,
}

/// Somebody with a token, and a way to each node.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) site: usize,
    pub(crate) id: &'static str,
    pub(crate) callers: Vec<Caller>,
    pub(crate) calls: Arc<CallStats>,
}

/// How a call ended.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) outcome: Outcome,
    /// 0: no answer.
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
}

impl Client {
    pub(crate) async fn get(&self, node: usize, path: &str) -> Response {
        self.ask(node, Method::GET, path, None, None).await
    }

    pub(crate) async fn put(&self, node: usize, path: &str, body: Option<&Value>) -> Response {
        self.ask(node, Method::PUT, path, body, None).await
    }

    pub(crate) async fn ask(
        &self,
        node: usize,
        method: Method,
        path: &str,
        body: Option<&Value>,
        min_position: Option<&str>,
    ) -> Response {
        let name = format!("{method} {path}");
        let mut request = self.callers[node].request(method, path).timeout(LIMIT);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(position) = min_position {
            request = request.header("causerie-min-position", position);
        }
        let began = now();
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            let header = |name: &str| {
                response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
            };
            let (position, retry_after) = (header("causerie-position"), header("retry-after"));
            Ok::<_, reqwest::Error>((status, position, retry_after, response.text().await?))
        };
        let answered = answered.await;
        let ended = now();
        self.calls.made.fetch_add(1, Ordering::Relaxed);
        self.calls.longest.fetch_max(ended - began, Ordering::Relaxed);
        let bad = |what: String| {
            let call = BadCall { node, began, ended, what: format!("{name}: {what}") };
            self.calls.bad.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        };
        let (status, position, text) = match answered {
            Ok((status, position, retry_after, text)) => {
                if status >= 500 && (status != 503 || retry_after.is_empty()) {
                    bad(format!("{status} {text}"));
                }
                (status, position, text)
            }
            Err(error) => {
                if error.is_timeout() {
                    bad(format!("no answer within {LIMIT:?}"));
                }
                (0, String::new(), String::new())
            }
        };
        let outcome = match status {
            200..300 => at(&position).map_or(Outcome::Ok(START), Outcome::Ok),
            // Contended and over the rate: nothing was done, and one may try again.
            408 | 429 => Outcome::Unknown,
            409 if text.contains("request.contended") => Outcome::Unknown,
            400..500 => Outcome::Refused,
            _ => Outcome::Unknown,
        };
        if outcome == Outcome::Unknown {
            self.calls.unknown.fetch_add(1, Ordering::Relaxed);
        }
        Response { outcome, status, json: serde_json::from_str(&text).unwrap_or_default(), began, ended }
    }

    /// A command, asked until there is an answer; none when the run ends before.
    pub(crate) async fn insist(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        until: u64,
    ) -> Option<Response> {
        let mut node = path.len() % NODES;
        loop {
            let response = self.ask(node, method.clone(), path, body, None).await;
            if response.outcome != Outcome::Unknown {
                return Some(response);
            }
            if now() > until {
                return None;
            }
            node = (node + 1) % NODES;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The place of an answered command.
pub(crate) fn place(response: &Response) -> Option<At> {
    match response.outcome {
        Outcome::Ok(at) if at != START => Some(at),
        _ => None,
    }
}
