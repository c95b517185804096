//! Stewards: those who add, remove, block, mute and switch off, and ask right after the answer whether it holds (P9, P13).

use std::sync::Arc;
use std::time::Duration;

use causerie_tests::Chance;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, NODES, Response, place};
use crate::history::{History, Outcome, Probe, now};
use crate::sites::{GUESTS, SITES, TestSite};

/// Who moderates a site.
pub(crate) struct Moderator {
    pub(crate) test_site: Arc<TestSite>,
    pub(crate) other_site: Arc<TestSite>,
    pub(crate) chance: Chance,
    pub(crate) history: History,
}

impl Moderator {
    /// Works until told to stop, and leaves everything as it was at the start.
    pub(crate) async fn work(mut self, stop: watch::Receiver<bool>) -> History {
        while !*stop.borrow() {
            match self.chance.below(9) {
                0..3 => self.send_away_and_back().await,
                3 => self.block_for_a_while().await,
                4 => self.mute_for_a_while().await,
                5 => self.switch_off_for_a_while().await,
                6 => self.quarrel_for_a_while().await,
                7 => self.look_across().await,
                _ => self.rename().await,
            }
            sleep(self.chance.between(50, 800)).await;
        }
        self.history
    }

    /// A command, until it is answered; whether it was carried out.
    async fn act(&mut self, who: &Client, method: Method, path: &str, body: Option<Value>) -> bool {
        let response = who.insist(method, path, body.as_ref(), now() + 60_000_000).await;
        let place = response.as_ref().and_then(place);
        self.history.acknowledged.extend(place);
        self.history.known.extend(place.map(|at| (at, now())));
        response.is_some_and(|response| response.is_ok())
    }

    /// Asks a question that must be refused, on each node.
    async fn must_refuse(&mut self, who: &Client, method: Method, path: &str, body: Option<Value>, why: &str) {
        for node in 0..NODES {
            let response = who.ask(node, method.clone(), path, body.as_ref(), None).await;
            self.judge(&response, response.outcome == Outcome::Refused, &format!("{why}: {} {method} {path}", who.id));
        }
    }

    fn judge(&mut self, response: &Response, right: bool, what: &str) {
        // No answer is no leak.
        if response.outcome != Outcome::Unknown {
            let what = format!("{what}: {} {}", response.status, response.json);
            self.history.probes.push(Probe { what: what.chars().take(300).collect(), right });
        }
    }

    async fn send_away_and_back(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        let guest = *self.chance.pick(&GUESTS);
        let (admin, member) = (&test_site.members["m0"], &test_site.members[guest]);
        let seat = format!("/conversations/{}/participants/{guest}", test_site.large_group);
        if !self.act(admin, Method::DELETE, &seat, None).await {
            return;
        }
        let why = "removed";
        let messages = format!("/conversations/{}/messages?limit=5", test_site.large_group);
        self.must_refuse(member, Method::GET, &messages, None, why).await;
        self.must_refuse(member, Method::PUT, &fresh(test_site.large_group), Some(json!({ "text": "forbidden" })), why)
            .await;
        sleep(self.chance.between(0, 1500)).await;
        self.act(admin, Method::PUT, &seat, None).await;
    }

    async fn block_for_a_while(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        let (owner, member) = (&test_site.owner, &test_site.members["m3"]);
        if self.act(owner, Method::POST, "/members/m3/block", None).await {
            self.must_refuse(member, Method::GET, "/conversations?limit=5", None, "blocked").await;
            let body = Some(json!({ "text": "forbidden" }));
            self.must_refuse(member, Method::PUT, &fresh(test_site.large_group), body, "blocked").await;
            sleep(self.chance.between(0, 800)).await;
        }
        self.act(owner, Method::POST, "/members/m3/unblock", None).await;
    }

    async fn mute_for_a_while(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        if self.act(&test_site.owner, Method::POST, "/members/m2/mute", None).await {
            let body = Some(json!({ "text": "forbidden" }));
            self.must_refuse(&test_site.members["m2"], Method::PUT, &fresh(test_site.small_group), body, "muted").await;
            sleep(self.chance.between(0, 800)).await;
        }
        self.act(&test_site.owner, Method::POST, "/members/m2/unmute", None).await;
    }

    async fn switch_off_for_a_while(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        if self.act(&test_site.owner, Method::POST, "/member-chat/disable", None).await {
            let body = Some(json!({ "text": "forbidden" }));
            self.must_refuse(&test_site.members["m0"], Method::PUT, &fresh(test_site.direct), body, "off").await;
            sleep(self.chance.between(0, 300)).await;
        }
        self.act(&test_site.owner, Method::POST, "/member-chat/enable", None).await;
    }

    async fn quarrel_for_a_while(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        let blocker = &test_site.members["m2"];
        if self.act(blocker, Method::PUT, "/members/me/blocks/m3", None).await {
            let body = Some(json!({ "text": "forbidden" }));
            self.must_refuse(&test_site.members["m3"], Method::PUT, &fresh(test_site.blocked_direct), body, "apart")
                .await;
            sleep(self.chance.between(0, 800)).await;
        }
        self.act(blocker, Method::DELETE, "/members/me/blocks/m3", None).await;
    }

    /// P12: a token of one site opens nothing of the other, and ids of the other mean nothing here.
    async fn look_across(&mut self) {
        let (test_site, other) = (Arc::clone(&self.test_site), Arc::clone(&self.other_site));
        let me = &test_site.members["m0"];
        for node in 0..NODES {
            let there = format!("/conversations/{}/messages", other.large_group);
            let response = me.get(node, &there).await;
            self.cross_site_probes(&response, response.outcome == Outcome::Refused, "an id of the other site");
            let theirs = other.members["m0"].callers[node].clone();
            let url = theirs.request(Method::GET, "/conversations").build().map(|request| request.url().clone());
            if let Ok(url) = url {
                let base = url.as_str().split("/v1/").next().unwrap_or_default().to_owned();
                let mut stranger = me.clone();
                stranger.callers[node] = me.callers[node].at(&base, SITES[other.site]);
                let response = stranger.get(node, "/conversations").await;
                self.cross_site_probes(&response, response.outcome == Outcome::Refused, "a token of the other site");
            }
            let response = me.get(node, "/members?limit=200").await;
            let ours = format!(" of {}", SITES[test_site.site]);
            let own = |item: &Value| item["display_name"].as_str().is_some_and(|name| name.ends_with(&ours));
            let right = !response.is_ok() || response.items().iter().all(own);
            self.cross_site_probes(&response, right, "members of the other site");
        }
    }

    fn cross_site_probes(&mut self, response: &Response, right: bool, what: &str) {
        if response.outcome != Outcome::Unknown {
            let what = format!("{what}: {} {}", response.status, response.json);
            self.history.cross_site_probes.push(Probe { what: what.chars().take(300).collect(), right });
        }
    }

    async fn rename(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        let body = json!({ "name": format!("hall {}", self.chance.below(1000)) });
        self.act(
            &test_site.members["m0"],
            Method::PATCH,
            &format!("/conversations/{}", test_site.large_group),
            Some(body),
        )
        .await;
        sleep(Duration::from_millis(50)).await;
    }
}

fn fresh(conversation: Uuid) -> String {
    format!("/conversations/{conversation}/messages/{}", Uuid::now_v7())
}
