//! A rolling restart behind nginx: clients without retries lose no request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use causerie_tests::{Caller, NO_LIMITS, Nginx, Process, Service, Site, eventually};
use futures::future::join_all;
use nix::sys::signal::Signal;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

const SENDERS: usize = 3;
const PACE: Duration = Duration::from_millis(50);

struct Stand {
    service: Service,
    nodes: Vec<Process>,
    drain: &'static str,
}

impl Stand {
    async fn start(drain: &'static str) -> Self {
        let service = Service::start().await;
        let mut stand = Self { service, nodes: Vec::new(), drain };
        for _ in 0..2 {
            let node = stand.node("127.0.0.1:0").await;
            stand.nodes.push(node);
        }
        stand
    }

    async fn node(&self, listen: &str) -> Process {
        let settings = [("CAUSERIE_SERVER__LISTEN", listen), ("CAUSERIE_SERVER__DRAIN_SECONDS", self.drain)];
        self.service.another_with("api", &[&NO_LIMITS[..], &settings].concat()).await
    }

    fn addresses(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.said("url").trim_start_matches("http://").to_owned()).collect()
    }

    async fn restart(&mut self, node: usize) {
        let address = self.addresses()[node].clone();
        self.nodes[node].signal(Signal::SIGTERM);
        let status = self.nodes[node].ended(Duration::from_secs(20)).await;
        assert_eq!(status.code(), Some(0), "{}", self.nodes[node].log());
        self.nodes[node] = self.node(&address).await;
    }

    /// The number of sends a node has processed since its start.
    async fn sends(&self, node: usize) -> u64 {
        let url = format!("{}/metrics", self.nodes[node].said("url"));
        let text = reqwest::get(url).await.unwrap().text().await.unwrap();
        let sends =
            text.lines().filter(|line| line.contains("messages/{message}\"") && line.contains("status=\"201\""));
        sends.filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
    }
}

/// Sends through the proxy until `stop` is set, and notes each response that is not as expected.
async fn sender(ada: Caller, group: Uuid, stop: Arc<AtomicBool>, sent: Arc<AtomicU64>) -> Vec<String> {
    let mut failed = Vec::new();
    let mut muted = false;
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let conversation = format!("/conversations/{group}");
    while !stop.load(Ordering::Relaxed) {
        pace.tick().await;
        let message = format!("{conversation}/messages/{}", Uuid::now_v7());
        failed.extend(lost(ada.request(Method::PUT, &message).json(&json!({ "text": "hello" }))).await);
        // nginx does not retry requests that are not idempotent.
        muted = !muted;
        let preferences = format!("{conversation}/preferences");
        failed.extend(lost(ada.request(Method::PATCH, &preferences).json(&json!({ "muted": muted }))).await);
        sent.fetch_add(1, Ordering::Relaxed);
    }
    failed
}

/// How a request was lost, if it was. Responses of the service about a slow Postgres do not count: they are not caused by
/// the restart.
async fn lost(request: RequestBuilder) -> Option<String> {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return Some(format!("{error:?}")),
    };
    let (status, text) = (response.status(), response.text().await.unwrap_or_default());
    let code = serde_json::from_str::<Value>(&text).unwrap_or_default()["code"].clone();
    (!status.is_success() && code != "service.unavailable").then(|| format!("{status} {text}"))
}

async fn rolling_restart(mut stand: Stand, nginx: Nginx, until_used: bool) {
    let members: Vec<String> = (0..SENDERS).map(|number| format!("m{number}")).collect();
    let names: Vec<&str> = members.iter().map(String::as_str).collect();
    let site = Site::open(&stand.service, "acme", &names).await;
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let group = Uuid::now_v7();
    site.member("m0").await.create_group(group, "Book club", &names[1..]).await.done(201);
    let mut senders = Vec::new();
    for name in &names {
        let caller = site.member(name).await.at(nginx.url(), "acme");
        senders.push(tokio::spawn(sender(caller, group, Arc::clone(&stop), Arc::clone(&sent))));
    }
    let live = site.member("m0").await.at(nginx.url(), "acme").live().await;
    for node in 0..2 {
        eventually("the node is used", async || stand.sends(node).await, |sends| *sends > 20).await;
        stand.restart(node).await;
        if until_used {
            // One connection of each sender may have been waiting since before the restart.
            eventually("nginx uses it again", async || stand.sends(node).await, |sends| *sends > SENDERS as u64).await;
        }
    }
    drop(live);
    let before = sent.load(Ordering::Relaxed);
    eventually("all is sent on", async || sent.load(Ordering::Relaxed), |sent| *sent > before + 20).await;
    stop.store(true, Ordering::Relaxed);
    let failed: Vec<String> = join_all(senders).await.into_iter().flat_map(Result::unwrap).collect();
    let sent = sent.load(Ordering::Relaxed);
    assert!(failed.is_empty(), "{} of {sent} failed: {:#?}\n{}", failed.len(), failed.first(), nginx.errors());
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_restart_behind_nginx_with_defaults_loses_nothing() {
    let stand = Stand::start("2").await;
    let nginx = Nginx::to(&stand.addresses(), "", "").await;
    // By default nginx skips a server for ten seconds after one refused connection.
    rolling_restart(stand, nginx, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rolling_restart_behind_nginx_keepalive_loses_nothing() {
    let stand = Stand::start("2").await;
    let nodes: Vec<String> = stand.addresses().iter().map(|address| format!("{address} max_fails=0")).collect();
    let location = "proxy_http_version 1.1; proxy_set_header Connection '';";
    let nginx = Nginx::to(&nodes, "keepalive 16;", location).await;
    // In sequence without a pause, as in docs/operations.md.
    rolling_restart(stand, nginx, false).await;
}
