//! Every query, by all callers, compared with the oracle.

mod conversations;
mod members;
mod messages;

use causerie_tests::oracle::{Request, SiteState, differences};
use causerie_tests::{ApiResponse, Caller, Chance};
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::people::callers;
use crate::report::Difference;
use crate::request::respond;
use crate::site::Site;

const CONCURRENT_CALLERS: usize = 8;

/// Chooses among the queries. Chooses all of them if `MODEL_THOROUGH` is set.
struct Choice {
    chance: Chance,
    thorough: bool,
}

impl Choice {
    fn below(&mut self, bound: usize) -> usize {
        self.chance.below(bound)
    }

    fn some<T>(&mut self, count: usize, of: impl IntoIterator<Item = T>) -> Vec<T> {
        if self.thorough { of.into_iter().collect() } else { self.chance.sample(count, of) }
    }
}

pub(crate) struct QueryCheck<'a> {
    caller: &'static str,
    client: &'a Caller,
    site: &'a Site,
    state: &'a SiteState,
    /// All responses must reflect this position.
    position: &'a str,
    choice: Choice,
    differences: Vec<Difference>,
    count: usize,
}

/// Sends the queries of all callers of one site. Returns the differences and the number of queries.
pub(crate) async fn check_all(site: &Site, state: &SiteState, position: &str, seed: u64) -> (Vec<Difference>, usize) {
    let checks = callers().enumerate().map(|(n, caller)| QueryCheck {
        caller,
        client: site.caller(caller),
        site,
        state,
        position,
        choice: Choice {
            chance: Chance::of(seed ^ ((n as u64) << 32)),
            thorough: std::env::var_os("MODEL_THOROUGH").is_some(),
        },
        differences: Vec::new(),
        count: 0,
    });
    let checked: Vec<_> =
        stream::iter(checks.map(QueryCheck::run)).buffer_unordered(CONCURRENT_CALLERS).collect().await;
    let count = checked.iter().map(|(_, count)| count).sum();
    (checked.into_iter().flat_map(|(differences, _)| differences).collect(), count)
}

impl QueryCheck<'_> {
    async fn run(mut self) -> (Vec<Difference>, usize) {
        if self.state.inactive(self.caller).is_some() {
            self.inactive().await;
        } else {
            let site = self.get("").await;
            let expected = self.state.site_view();
            let fields = expected.as_object().into_iter().flatten();
            let got: Value = fields.map(|(key, _)| (key.clone(), site.json[key].clone())).collect();
            self.compare(&site, &expected, &got);
            self.members().await;
            self.conversations().await;
            self.messages().await;
        }
        (self.differences, self.count)
    }

    /// An inactive caller reads nothing, whether it exists or not.
    async fn inactive(&mut self) {
        let mut paths = ["/members", "/members/me/blocks", "/conversations", "/stream"].map(str::to_owned).to_vec();
        let state = self.state;
        for conversation in self.choice.some(2, state.conversations.keys()) {
            paths.extend(["", "/participants", "/messages"].map(|end| format!("/conversations/{conversation}{end}")));
        }
        for member in self.choice.some(1, state.members.keys()) {
            paths.push(format!("/members/{member}"));
        }
        for path in paths {
            assert!(self.expect_refusal(&path).await, "the oracle permits {path} to an inactive caller");
        }
    }

    /// A query that reflects the position of the comparison.
    async fn get(&mut self, path: &str) -> ApiResponse {
        self.count += 1;
        respond(|| self.client.request(Method::GET, path).header("causerie-min-position", self.position)).await
    }

    /// Sends the query if the oracle refuses it, and compares the refusal. Returns whether it does.
    async fn expect_refusal(&mut self, path: &str) -> bool {
        let request = Request { caller: self.caller, method: "GET", path, body: &Value::Null };
        let Some(refusal) = self.state.refusal(request) else { return false };
        self.refused(path, refusal.status, Some(refusal.code)).await;
        true
    }

    async fn refused(&mut self, path: &str, status: u16, code: Option<&str>) {
        let response = self.get(path).await;
        let refused = response.status == status && code.is_none_or(|code| response.json["code"] == code);
        if !refused {
            let expected = format!("expected {status} {}", code.unwrap_or_default());
            self.note(path, vec![format!("{expected}, got {} {}", response.status, response.text)]);
        }
    }

    fn compare(&mut self, response: &ApiResponse, expected: &Value, got: &Value) {
        let found = if response.status == 200 {
            differences(expected, got)
        } else {
            vec![format!("expected 200, got {} {}", response.status, response.text)]
        };
        self.note(&response.request, found);
    }

    fn note(&mut self, query: &str, found: Vec<String>) {
        if !found.is_empty() {
            let path = query.trim_start_matches("GET ").trim_start_matches("/v1/sites/");
            let role = self.state.token_role(self.caller).as_str();
            let subject = format!("{path} of {} by {} ({role})", self.site.id, self.caller);
            self.differences.push(Difference { subject, found });
        }
    }

    /// A list in pages of each limit. `path` ends in `?` or `&`.
    async fn list(&mut self, path: &str, expected: &[Value], limits: &[usize]) {
        // Which of the conversations with messages after the marker are unread is decided page by page.
        let partial = path.contains("unread=true");
        for limit in limits {
            let (mut items, mut cursor) = (Vec::new(), Some(String::new()));
            while let Some(at) = cursor {
                let at = if at.is_empty() { at } else { format!("&cursor={at}") };
                let response = self.get(&format!("{path}limit={limit}{at}")).await;
                let Some(page) = response.json["items"].as_array().filter(|_| response.status == 200) else {
                    return self.note(&response.request, vec![format!("got {} {}", response.status, response.text)]);
                };
                items.extend(page.iter().cloned());
                cursor = response.json["next"].as_str().map(str::to_owned);
                let full = page.len() == *limit || cursor.is_none() || partial;
                if !full || items.len() > expected.len() + 2 * limit {
                    let found = format!("a page of {} by {limit}, next {cursor:?}", page.len());
                    self.note(&response.request, vec![found]);
                    break;
                }
                if cursor.is_some() && !partial && items.len() == expected.len() {
                    self.note(&response.request, vec!["a next page after the last item".to_owned()]);
                    break;
                }
            }
            let found = differences(&json!(expected), &Value::Array(items));
            self.note(&format!("{path}limit={limit}"), found);
        }
    }
}
