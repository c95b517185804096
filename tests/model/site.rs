//! A site with its people, as every history begins.

use std::collections::HashMap;

use causerie_tests::{Caller, Service};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::people::{OLGA, OP, PEOPLE, SUE, Token, Viewer, name, registered_at_the_start, viewers};
use crate::request::answered;

/// A registered site; member chat is on.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) id: String,
    callers: HashMap<&'static str, Caller>,
}

impl Site {
    pub(crate) async fn open(service: &Service, id: String) -> Self {
        let callers = join_all(viewers().map(async |Viewer { id: member, token }| {
            let site = if token == Token::Operator { "*" } else { &id };
            (member, service.caller(site, member, token.as_str()).await.at(service.url(), &id))
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
        self.callers.get(id).expect("everybody has a token")
    }

    async fn must(&self, who: &str, method: Method, path: &str, body: Option<Value>) {
        let request = || {
            let request = self.caller(who).request(method.clone(), path);
            if let Some(body) = &body { request.json(body) } else { request }
        };
        let answer = answered(request).await;
        assert!(answer.status < 300, "{}: {} {}", answer.request, answer.status, answer.text);
    }
}
