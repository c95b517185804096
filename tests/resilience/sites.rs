//! Two sites with the same members and the same kinds of conversations.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use causerie_tests::{Caller, LogEvent, sign_token};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{CallStats, Client};
use crate::cluster::Cluster;
use crate::history::{History, now};

pub(crate) const SECRET: &str = "a secret of the fault run, of more than 32 bytes";
/// Longer than any run.
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);
pub(crate) const SITES: [&str; 2] = ["acme", "bravo"];
/// Both sites have the same ids. `zoe` is in no conversation.
pub(crate) const MEMBERS: [&str; 7] = ["m0", "m1", "m2", "m3", "m4", "m5", "zoe"];
/// Removed from the large group and added again during a run.
pub(crate) const GUESTS: [&str; 2] = ["m4", "m5"];

pub(crate) const OWNER: &str = "olga";

/// The index of an event's site, or none for an event of the log itself, such as the beginning of
/// an epoch.
pub(crate) fn site_of(event: &LogEvent) -> Option<usize> {
    SITES.iter().position(|site| *site == event.site)
}

#[derive(Debug, Clone)]
pub(crate) struct TestSite {
    pub(crate) site: usize,
    /// With the owner.
    members: HashMap<&'static str, Client>,
    /// Of all members except zoe.
    pub(crate) large_group: Uuid,
    /// Of m0, m1 and m2, without changes.
    pub(crate) small_group: Uuid,
    /// Of m0 and m1.
    pub(crate) direct: Uuid,
    /// Of m2 and m3. m2 blocks m3 from time to time.
    pub(crate) blocked_direct: Uuid,
    /// Of m1 with the business.
    pub(crate) business: Uuid,
}

impl TestSite {
    /// The first site, for a test that needs no history.
    pub(crate) async fn first(cluster: &Cluster) -> Self {
        Self::create(0, &cluster.urls, &Arc::default(), &mut History::default()).await
    }

    /// Registers the site and its members, and starts the conversations.
    pub(crate) async fn create(site: usize, urls: &[String], calls: &Arc<CallStats>, history: &mut History) -> Self {
        let http = reqwest::Client::new();
        let client = |id: &'static str, role: &str| {
            let token_site = if role == "operator" { "*" } else { SITES[site] };
            let token = sign_token(SECRET, token_site, id, role, TOKEN_LIFETIME, None);
            let callers = urls.iter().map(|url| Caller::new(http.clone(), url, SITES[site], Some(&token))).collect();
            Client { site, id, callers, calls: Arc::clone(calls) }
        };
        let (operator, owner) = (client("op", "operator"), client(OWNER, "owner"));
        let mut members: HashMap<_, _> = MEMBERS.map(|id| (id, client(id, "member"))).into();
        let until = now() + 30_000_000;
        let mut command = async |client: &Client, method: Method, path: &str, body: Option<Value>| -> Uuid {
            let response = client.call_until_known(method, path, body.as_ref(), until).await;
            let response = response.expect("a response before the first fault");
            assert!(response.is_ok(), "{} {}", response.status, response.json);
            history.acknowledged.extend(response.position());
            response.json["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
        };
        command(&operator, Method::PUT, "", Some(json!({ "name": SITES[site], "locale": "fr" }))).await;
        command(&owner, Method::POST, "/member-chat/enable", None).await;
        for id in MEMBERS {
            let body = json!({ "display_name": format!("{id} of {}", SITES[site]), "community": true });
            command(&operator, Method::PUT, &format!("/members/{id}"), Some(body)).await;
        }
        let (large_group, small_group) = (Uuid::now_v7(), Uuid::now_v7());
        for (group, name, participants) in [(large_group, "large", 1..6), (small_group, "small", 1..3)] {
            let body = json!({ "name": name, "participants": MEMBERS[participants] });
            command(&members["m0"], Method::PUT, &format!("/groups/{group}"), Some(body)).await;
        }
        let direct = command(&members["m0"], Method::PUT, "/direct/m1", None).await;
        let blocked_direct = command(&members["m2"], Method::PUT, "/direct/m3", None).await;
        let business = command(&members["m1"], Method::PUT, "/business/me", None).await;
        members.insert(owner.id, owner);
        Self { site, members, large_group, small_group, direct, blocked_direct, business }
    }

    pub(crate) fn client(&self, id: &str) -> &Client {
        &self.members[id]
    }

    pub(crate) const fn conversations(&self) -> [Uuid; 5] {
        [self.large_group, self.small_group, self.direct, self.blocked_direct, self.business]
    }

    /// The conversations in which a member writes. The large group is listed twice, so it gets more
    /// messages.
    pub(crate) fn conversations_of(&self, member: &str) -> Vec<Uuid> {
        let others: &[Uuid] = match member {
            "m0" => &[self.small_group, self.direct],
            "m1" => &[self.small_group, self.direct, self.business],
            "m2" => &[self.small_group, self.blocked_direct],
            "m3" => &[self.blocked_direct],
            _ => &[],
        };
        [&[self.large_group; 2], others].concat()
    }
}
