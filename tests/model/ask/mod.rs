//! Every query, by everybody, held against the model.

mod conversations;
mod members;
mod messages;

use causerie_tests::{Answer, Caller, Chance};
use futures::{StreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::compare::{Difference, differences};
use crate::expect;
use crate::fold::Model;
use crate::people::{Viewer, viewers};
use crate::request::answered;
use crate::site::Site;

/// How many viewers ask at once.
const AT_ONCE: usize = 8;

/// Chooses among the questions. Chooses all of them where `MODEL_THOROUGH` is set.
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

/// One viewer's questions.
pub(crate) struct Asker<'a> {
    viewer: Viewer,
    caller: &'a Caller,
    site: &'a Site,
    model: &'a Model,
    /// Every answer must show this place.
    position: &'a str,
    choice: Choice,
    differences: Vec<Difference>,
    asked: usize,
}

/// Asks everything of one site; the differences, and how many questions there were.
pub(crate) async fn everything(site: &Site, model: &Model, position: &str, seed: u64) -> (Vec<Difference>, usize) {
    let askers = viewers().enumerate().map(|(n, viewer)| Asker {
        viewer,
        caller: site.caller(viewer.id),
        site,
        model,
        position,
        choice: Choice {
            chance: Chance::of(seed ^ ((n as u64) << 32)),
            thorough: std::env::var_os("MODEL_THOROUGH").is_some(),
        },
        differences: Vec::new(),
        asked: 0,
    });
    let all = stream::iter(askers.map(Asker::ask)).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    let asked = all.iter().map(|(_, asked)| asked).sum();
    (all.into_iter().flat_map(|(differences, _)| differences).collect(), asked)
}

impl Asker<'_> {
    async fn ask(mut self) -> (Vec<Difference>, usize) {
        if let Some(code) = self.model.bar(self.viewer) {
            self.ask_barred(code).await;
        } else {
            let site = self.get("").await;
            // The rest of it is no matter of events.
            let known = expect::site(self.model, &self.site.id);
            let fields = known.as_object().into_iter().flatten();
            let shown: Value = fields.map(|(key, _)| (key.clone(), site.json[key].clone())).collect();
            self.same(&site, &known, &shown);
            self.members().await;
            self.conversations().await;
            self.messages().await;
        }
        (self.differences, self.asked)
    }

    /// Who is barred reads nothing, whether it exists or not.
    async fn ask_barred(&mut self, code: &str) {
        let mut paths = vec!["/members".to_owned(), "/members/me/blocks".to_owned(), "/conversations".to_owned()];
        paths.push("/stream".to_owned());
        let model = self.model;
        for conversation in self.choice.some(2, model.conversations.keys()) {
            paths.push(format!("/conversations/{conversation}"));
            paths.push(format!("/conversations/{conversation}/participants"));
            paths.push(format!("/conversations/{conversation}/messages"));
        }
        for member in self.choice.some(1, model.members.keys()) {
            paths.push(format!("/members/{member}"));
        }
        for path in paths {
            self.refused(&path, 403, Some(code)).await;
        }
    }

    /// A query that shows the place all is compared at.
    async fn get(&mut self, path: &str) -> Answer {
        self.asked += 1;
        let request = || self.caller.request(Method::GET, path).header("causerie-min-position", self.position);
        answered(request).await
    }

    async fn refused(&mut self, path: &str, status: u16, code: Option<&str>) {
        let answer = self.get(path).await;
        let refused = answer.status == status && code.is_none_or(|code| answer.json["code"] == code);
        if !refused {
            let expected = format!("expected {status} {}", code.unwrap_or_default());
            self.note(path, vec![format!("{expected}, got {} {}", answer.status, answer.text)]);
        }
    }

    fn same(&mut self, answer: &Answer, expected: &Value, got: &Value) {
        let found = if answer.status == 200 {
            differences(expected, got)
        } else {
            vec![format!("expected 200, got {} {}", answer.status, answer.text)]
        };
        self.note(&answer.request, found);
    }

    fn note(&mut self, question: &str, found: Vec<String>) {
        if !found.is_empty() {
            let Viewer { id, token } = self.viewer;
            let path = question.trim_start_matches("GET ").trim_start_matches("/v1/sites/");
            let asked = format!("{id} ({}) asks {path} of {}", token.as_str(), self.site.id);
            self.differences.push(Difference { asked, found });
        }
    }

    /// A list, all of it in one page and again in small ones: `path` ends in `?` or `&`.
    async fn list(&mut self, path: &str, expected: &[Value], limits: &[usize]) {
        for limit in limits {
            let (mut walked, mut cursor) = (Vec::new(), Some(String::new()));
            while let Some(at) = cursor {
                let at = if at.is_empty() { at } else { format!("&cursor={at}") };
                let answer = self.get(&format!("{path}limit={limit}{at}")).await;
                let Some(items) = answer.json["items"].as_array().filter(|_| answer.status == 200) else {
                    return self.note(&answer.request, vec![format!("got {} {}", answer.status, answer.text)]);
                };
                walked.extend(items.iter().cloned());
                cursor = answer.json["next"].as_str().map(str::to_owned);
                let full = items.len() == *limit || cursor.is_none();
                if !full || walked.len() > expected.len() + 2 * limit {
                    let said = format!("a page of {} by {limit}, next {:?}", items.len(), cursor);
                    self.note(&answer.request, vec![said]);
                    break;
                }
                if cursor.is_some() && walked.len() == expected.len() {
                    self.note(&answer.request, vec!["a next page after the last item".to_owned()]);
                    break;
                }
            }
            let found = differences(&json!(expected), &Value::Array(walked));
            self.note(&format!("{path}limit={limit}"), found);
        }
    }
}
