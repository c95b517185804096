//! A site with its members, as every history begins.

use std::collections::HashMap;

use causerie_tests::oracle::{Role, SiteState};
use causerie_tests::{Caller, LogEvent, Service};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::people::{OLGA, OP, PEOPLE, SUE, TOKEN_ROLES, callers, name, registered_at_the_start};
use crate::request::respond;

pub(crate) fn state_after(log: &[LogEvent]) -> SiteState {
    SiteState::of(&TOKEN_ROLES, log)
}

/// A registered site; member chat is on.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) id: String,
    callers: HashMap<&'static str, Caller>,
}

impl Site {
    pub(crate) async fn open(service: &Service, id: String) -> Self {
        let empty = SiteState::new(&TOKEN_ROLES);
        let callers = join_all(callers().map(async |caller| {
            let role = empty.token_role(caller);
            let site = if role == Role::Operator { "*" } else { &id };
            (caller, service.caller(site, caller, role.as_str()).await.at(service.url(), &id))
        }));
        let site = Self { callers: callers.await.into_iter().collect(), id };
        let registration = json!({ "name": format!("Site {}", site.id), "locale": "fr", "allowed_origins": [] });
        site.must(OP, Method::PUT, "", Some(registration)).await;
        site.must(PEOPLE[OLGA], Method::POST, "/member-chat/enable", None).await;
        join_all(registered_at_the_start().map(async |(member, community)| {
            let body = json!({ "display_name": name(member, &site.id), "community": community });
            site.must(OP, Method::PUT, &format!("/members/{member}"), Some(body)).await;
        }))
        .await;
        site.must(PEOPLE[OLGA], Method::PUT, &format!("/members/{}/roles/staff", PEOPLE[SUE]), None).await;
        site
    }

    pub(crate) fn caller(&self, id: &str) -> &Caller {
        self.callers.get(id).expect("all callers have a token")
    }

    async fn must(&self, caller: &str, method: Method, path: &str, body: Option<Value>) {
        let request = || {
            let request = self.caller(caller).request(method.clone(), path);
            if let Some(body) = &body { request.json(body) } else { request }
        };
        let response = respond(request).await;
        assert!(response.status < 300, "{}: {} {}", response.request, response.status, response.text);
    }
}
