//! Who plays: two sites with the same members and the same kinds of conversations.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use causerie_tests::{Caller, LogEvent, sign_token};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::client::{CallStats, Client, Response, place};
use crate::history::{History, now};

pub(crate) const SECRET: &str = "a secret of the fault run, of more than 32 bytes";
/// Longer than any run.
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);
pub(crate) const SITES: [&str; 2] = ["acme", "bravo"];
/// The same ids on both sites. `zoe` is in no conversation.
pub(crate) const MEMBERS: [&str; 7] = ["m0", "m1", "m2", "m3", "m4", "m5", "zoe"];
/// In the small_group, from which nobody goes and to which nobody comes.
pub(crate) const SMALL_GROUP: [&str; 3] = ["m0", "m1", "m2"];
/// Who comes to the large_group and goes.
pub(crate) const GUESTS: [&str; 2] = ["m4", "m5"];

/// The number of an event's site; none for an event of the log itself, such as the beginning of an epoch.
pub(crate) fn site_of(event: &LogEvent) -> Option<usize> {
    SITES.iter().position(|site| *site == event.site)
}

/// A site's people and conversations.
#[derive(Debug, Clone)]
pub(crate) struct TestSite {
    pub(crate) site: usize,
    pub(crate) members: HashMap<&'static str, Client>,
    pub(crate) owner: Client,
    /// All of them, but zoe; m4 and m5 come and go.
    pub(crate) large_group: Uuid,
    pub(crate) small_group: Uuid,
    /// Of m0 and m1.
    pub(crate) direct: Uuid,
    /// Of m2 and m3, one of whom blocks the other now and then.
    pub(crate) blocked_direct: Uuid,
    /// Of m1 with the business.
    pub(crate) business: Uuid,
}

impl TestSite {
    /// Registers everybody and starts the conversations.
    pub(crate) async fn create(site: usize, urls: &[String], calls: &Arc<CallStats>, history: &mut History) -> Self {
        let http = reqwest::Client::new();
        let client = |id: &'static str, role: &str| {
            let of = if role == "operator" { "*" } else { SITES[site] };
            let token = sign_token(SECRET, of, id, role, TOKEN_LIFETIME, None);
            let callers = urls.iter().map(|url| Caller::new(http.clone(), url, SITES[site], Some(&token))).collect();
            Client { site, id, callers, calls: Arc::clone(calls) }
        };
        let (operator, owner) = (client("op", "operator"), client("olga", "owner"));
        let mut members = HashMap::new();
        for id in MEMBERS {
            members.insert(id, client(id, "member"));
        }
        let mut done = |response: Option<Response>| {
            let response = response.expect("nothing is broken yet");
            assert!(response.is_ok(), "{} {}", response.status, response.json);
            history.acknowledged.extend(place(&response));
            response.json["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
        };
        let until = now() + 30_000_000;
        let ask = async |client: &Client, method, path: &str, body: Option<serde_json::Value>| {
            client.insist(method, path, body.as_ref(), until).await
        };
        let site_body = json!({ "name": SITES[site], "locale": "fr" });
        let _: Uuid = done(ask(&operator, Method::PUT, "", Some(site_body)).await);
        done(ask(&owner, Method::POST, "/member-chat/enable", None).await);
        for id in MEMBERS {
            let body = json!({ "display_name": format!("{id} of {}", SITES[site]), "community": true });
            done(ask(&operator, Method::PUT, &format!("/members/{id}"), Some(body)).await);
        }
        let (large_group, small_group) = (Uuid::now_v7(), Uuid::now_v7());
        let group = |name: &str, others: &[&str]| json!({ "name": name, "participants": others });
        let body = group("large", &MEMBERS[1..6]);
        done(ask(&members["m0"], Method::PUT, &format!("/groups/{large_group}"), Some(body)).await);
        done(
            ask(
                &members["m0"],
                Method::PUT,
                &format!("/groups/{small_group}"),
                Some(group("small", &SMALL_GROUP[1..])),
            )
            .await,
        );
        let direct = done(ask(&members["m0"], Method::PUT, "/direct/m1", None).await);
        let blocked_direct = done(ask(&members["m2"], Method::PUT, "/direct/m3", None).await);
        let business = done(ask(&members["m1"], Method::PUT, "/business/me", None).await);
        Self { site, members, owner, large_group, small_group, direct, blocked_direct, business }
    }

    pub(crate) const fn conversations(&self) -> [Uuid; 5] {
        [self.large_group, self.small_group, self.direct, self.blocked_direct, self.business]
    }

    /// Where a member may speak, as long as nobody forbids it.
    pub(crate) fn conversations_of(&self, member: &str) -> Vec<Uuid> {
        match member {
            "m0" => vec![self.large_group, self.large_group, self.small_group, self.direct],
            "m1" => vec![self.large_group, self.large_group, self.small_group, self.direct, self.business],
            "m2" => vec![self.large_group, self.large_group, self.small_group, self.blocked_direct],
            "m3" => vec![self.large_group, self.large_group, self.blocked_direct],
            "m4" | "m5" => vec![self.large_group],
            _ => Vec::new(),
        }
    }
}
