//! Who plays: two sites with the same members and the same kinds of conversations.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use causerie_tests::{Caller, LogEvent, sign_token};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::calls::{Calls, Person, Reply, place};
use crate::record::{History, now};

pub(crate) const SECRET: &str = "a secret of the fault run, of more than 32 bytes";
/// Longer than any run.
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);
pub(crate) const SITES: [&str; 2] = ["acme", "bravo"];
/// The same ids on both sites. `zoe` is in no conversation.
pub(crate) const MEMBERS: [&str; 7] = ["m0", "m1", "m2", "m3", "m4", "m5", "zoe"];
/// In the den, from which nobody goes and to which nobody comes.
pub(crate) const DEN: [&str; 3] = ["m0", "m1", "m2"];
/// Who comes to the hall and goes.
pub(crate) const GUESTS: [&str; 2] = ["m4", "m5"];

/// The number of an event's site; none for an event of the log itself, such as the beginning of an epoch.
pub(crate) fn site_of(event: &LogEvent) -> Option<usize> {
    SITES.iter().position(|site| *site == event.site)
}

/// A site's people and conversations.
#[derive(Debug, Clone)]
pub(crate) struct Troupe {
    pub(crate) site: usize,
    pub(crate) members: HashMap<&'static str, Person>,
    pub(crate) owner: Person,
    /// All of them, but zoe; m4 and m5 come and go.
    pub(crate) hall: Uuid,
    pub(crate) den: Uuid,
    /// Of m0 and m1.
    pub(crate) pair: Uuid,
    /// Of m2 and m3, one of whom blocks the other now and then.
    pub(crate) quarrel: Uuid,
    /// Of m1 with the business.
    pub(crate) desk: Uuid,
}

impl Troupe {
    /// Registers everybody and starts the conversations.
    pub(crate) async fn enter(site: usize, urls: &[String], calls: &Arc<Calls>, history: &mut History) -> Self {
        let http = reqwest::Client::new();
        let person = |id: &'static str, role: &str| {
            let of = if role == "operator" { "*" } else { SITES[site] };
            let token = sign_token(SECRET, of, id, role, TOKEN_LIFETIME, None);
            let callers = urls.iter().map(|url| Caller::new(http.clone(), url, SITES[site], Some(&token))).collect();
            Person { site, id, callers, calls: Arc::clone(calls) }
        };
        let (operator, owner) = (person("op", "operator"), person("olga", "owner"));
        let mut members = HashMap::new();
        for id in MEMBERS {
            members.insert(id, person(id, "member"));
        }
        let mut done = |reply: Option<Reply>| {
            let reply = reply.expect("nothing is broken yet");
            assert!(reply.is_ok(), "{} {}", reply.status, reply.json);
            history.acknowledged.extend(place(&reply));
            reply.json["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
        };
        let until = now() + 30_000_000;
        let ask = async |person: &Person, method, path: &str, body: Option<serde_json::Value>| {
            person.insist(method, path, body.as_ref(), until).await
        };
        let site_body = json!({ "name": SITES[site], "locale": "fr" });
        let _: Uuid = done(ask(&operator, Method::PUT, "", Some(site_body)).await);
        done(ask(&owner, Method::POST, "/member-chat/enable", None).await);
        for id in MEMBERS {
            let body = json!({ "display_name": format!("{id} of {}", SITES[site]), "community": true });
            done(ask(&operator, Method::PUT, &format!("/members/{id}"), Some(body)).await);
        }
        let (hall, den) = (Uuid::now_v7(), Uuid::now_v7());
        let group = |name: &str, others: &[&str]| json!({ "name": name, "participants": others });
        let body = group("hall", &MEMBERS[1..6]);
        done(ask(&members["m0"], Method::PUT, &format!("/groups/{hall}"), Some(body)).await);
        done(ask(&members["m0"], Method::PUT, &format!("/groups/{den}"), Some(group("den", &DEN[1..]))).await);
        let pair = done(ask(&members["m0"], Method::PUT, "/direct/m1", None).await);
        let quarrel = done(ask(&members["m2"], Method::PUT, "/direct/m3", None).await);
        let desk = done(ask(&members["m1"], Method::PUT, "/business/me", None).await);
        Self { site, members, owner, hall, den, pair, quarrel, desk }
    }

    pub(crate) const fn conversations(&self) -> [Uuid; 5] {
        [self.hall, self.den, self.pair, self.quarrel, self.desk]
    }

    /// Where a member may speak, as long as nobody forbids it.
    pub(crate) fn places_of(&self, member: &str) -> Vec<Uuid> {
        match member {
            "m0" => vec![self.hall, self.hall, self.den, self.pair],
            "m1" => vec![self.hall, self.hall, self.den, self.pair, self.desk],
            "m2" => vec![self.hall, self.hall, self.den, self.quarrel],
            "m3" => vec![self.hall, self.hall, self.quarrel],
            "m4" | "m5" => vec![self.hall],
            _ => Vec::new(),
        }
    }
}
