//! Moderators remove, block and mute members and disable member chat, and check immediately after
//! the response whether the restriction holds (P9, P13).

use std::sync::Arc;

use causerie_tests::Chance;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, NODES, Response, message_path};
use crate::history::{History, Outcome, Probe, now};
use crate::sites::{GUESTS, SITES, TestSite};

pub(crate) struct Moderator {
    pub(crate) test_site: Arc<TestSite>,
    pub(crate) other_site: Arc<TestSite>,
    pub(crate) chance: Chance,
    pub(crate) history: History,
}

/// What a moderator forbids for a while. Paths may contain `{group}`, the large group, and
/// `{guest}`.
struct Restriction {
    reason: &'static str,
    by: &'static str,
    begin: &'static str,
    end: &'static str,
    /// Must not send a message to the conversation.
    member: &'static str,
    conversation: fn(&TestSite) -> Uuid,
    /// Must not read this path.
    read: Option<&'static str>,
}

#[rustfmt::skip]
const RESTRICTIONS: [Restriction; 5] = [
    Restriction {
        reason: "blocked", by: "olga", begin: "POST /members/m3/block", end: "POST /members/m3/unblock",
        member: "m3", conversation: |site| site.large_group, read: Some("/conversations?limit=5"),
    },
    Restriction {
        reason: "muted", by: "olga", begin: "POST /members/m2/mute", end: "POST /members/m2/unmute",
        member: "m2", conversation: |site| site.small_group, read: None,
    },
    Restriction {
        reason: "member chat disabled", by: "olga", begin: "POST /member-chat/disable", end: "POST /member-chat/enable",
        member: "m0", conversation: |site| site.direct, read: None,
    },
    Restriction {
        reason: "contact blocked", by: "m2", begin: "PUT /members/me/blocks/m3", end: "DELETE /members/me/blocks/m3",
        member: "m3", conversation: |site| site.blocked_direct, read: None,
    },
    Restriction {
        reason: "removed", by: "m0",
        begin: "DELETE /conversations/{group}/participants/{guest}", end: "PUT /conversations/{group}/participants/{guest}",
        member: "{guest}", conversation: |site| site.large_group, read: Some("/conversations/{group}/messages?limit=5"),
    },
];

impl Moderator {
    /// Works until it is stopped, and leaves the site as it was at the start.
    pub(crate) async fn work(mut self, stop: watch::Receiver<bool>) -> History {
        while !*stop.borrow() {
            match self.chance.below(9) {
                number @ 0..4 => self.restrict(&RESTRICTIONS[number]).await,
                4 => self.probe_other_site().await,
                5 => self.rename_group().await,
                _ => self.restrict(&RESTRICTIONS[4]).await,
            }
            sleep(self.chance.between(50, 800)).await;
        }
        self.history
    }

    /// Repeats a command, such as `POST /members/m2/mute`, until its outcome is known. Returns
    /// whether it succeeded.
    async fn command(&mut self, client: &Client, command: &str, body: Option<Value>) -> bool {
        let (method, path) = command.split_once(' ').expect("a method and a path");
        let method = method.parse().expect("a method");
        let response = client.call_until_known(method, path, body.as_ref(), now() + 60_000_000).await;
        let position = response.as_ref().and_then(Response::position);
        self.history.acknowledged.extend(position);
        self.history.acknowledged_at.extend(position.map(|at| (at, now())));
        response.is_some_and(|response| response.is_ok())
    }

    async fn restrict(&mut self, restriction: &Restriction) {
        let site = Arc::clone(&self.test_site);
        let guest = *self.chance.pick(&GUESTS);
        let fill = |path: &str| path.replace("{group}", &site.large_group.to_string()).replace("{guest}", guest);
        let (by, member) = (site.client(restriction.by), site.client(&fill(restriction.member)));
        if self.command(by, &fill(restriction.begin), None).await {
            let (reason, conversation) = (restriction.reason, (restriction.conversation)(&site));
            if let Some(path) = restriction.read {
                self.must_reject(member, Method::GET, &fill(path), None, reason).await;
            }
            let (path, body) = (message_path(conversation, Uuid::now_v7()), json!({ "text": "forbidden" }));
            self.must_reject(member, Method::PUT, &path, Some(&body), reason).await;
            sleep(self.chance.between(0, 1000)).await;
        }
        // Also if the outcome of the command is unknown.
        self.command(by, &fill(restriction.end), None).await;
    }

    async fn must_reject(&mut self, client: &Client, method: Method, path: &str, body: Option<&Value>, reason: &str) {
        for node in 0..NODES {
            let response = client.call(node, method.clone(), path, body, None).await;
            let rejected = response.outcome == Outcome::Rejected;
            let description = format!("{reason}: {} {method} {path}", client.id);
            self.history.probes.extend(probe(&response, rejected, &description));
        }
    }

    /// P12: a token opens no other site, and an id of another site means nothing.
    async fn probe_other_site(&mut self) {
        let (test_site, other) = (Arc::clone(&self.test_site), Arc::clone(&self.other_site));
        let client = test_site.client("m0");
        let mut abroad = client.clone();
        for caller in &mut abroad.callers {
            *caller = caller.at(caller.url(), SITES[other.site]);
        }
        let suffix = format!(" of {}", SITES[test_site.site]);
        let is_ours = |item: &Value| item["display_name"].as_str().is_some_and(|name| name.ends_with(&suffix));
        for node in 0..NODES {
            let foreign_id = client.get(node, &format!("/conversations/{}/messages", other.large_group)).await;
            let foreign_site = abroad.get(node, "/conversations").await;
            let members = client.get(node, "/members?limit=200").await;
            let only_ours = !members.is_ok() || members.items().iter().all(is_ours);
            self.history.cross_site_probes.extend(
                [
                    probe(&foreign_id, foreign_id.outcome == Outcome::Rejected, "an id of the other site"),
                    probe(&foreign_site, foreign_site.outcome == Outcome::Rejected, "a token of the other site"),
                    probe(&members, only_ours, "members of the other site"),
                ]
                .into_iter()
                .flatten(),
            );
        }
    }

    async fn rename_group(&mut self) {
        let test_site = Arc::clone(&self.test_site);
        let body = json!({ "name": format!("large {}", self.chance.below(1000)) });
        let command = format!("PATCH /conversations/{}", test_site.large_group);
        self.command(test_site.client("m0"), &command, Some(body)).await;
    }
}

/// A probe with a response. Without a response nothing was leaked.
fn probe(response: &Response, correct: bool, description: &str) -> Option<Probe> {
    let description = format!("{description}: {} {}", response.status, response.json).chars().take(300).collect();
    (response.outcome != Outcome::Unknown).then_some(Probe { description, correct })
}
