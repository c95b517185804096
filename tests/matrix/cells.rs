//! The cells: asked, and held against what was expected.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;

use causerie_tests::Answer;
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::actors::Actor;
use crate::rules::Expected;

/// One request, and what is to be answered.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) operation: &'static str,
    /// What of the operation.
    pub(crate) variant: &'static str,
    pub(crate) actor: Actor,
    /// Where, or about whom.
    pub(crate) state: String,
    pub(crate) expected: Expected,
    pub(crate) request: RequestBuilder,
}

/// What one cell was answered.
#[derive(Debug)]
pub(crate) struct Asked {
    cell: Cell,
    status: u16,
    code: String,
    /// All that a caller can tell two refusals apart by.
    told: String,
}

/// What answers with something else than JSON: their answers are told by the status alone.
const NO_JSON: [&str; 6] = ["Stream", "GetGroupImage", "GetMetrics", "GetDocs", "GetDocsStyle", "GetDocsSearch"];

/// Asks the cells of one row, one after the other: the least powerful come first.
pub(crate) async fn ask(cells: Vec<Cell>) -> Vec<Asked> {
    let mut asked = Vec::with_capacity(cells.len());
    for cell in cells {
        let request = cell.request.try_clone().expect("no body is a stream");
        asked.push(Asked::of(cell, request).await);
    }
    asked
}

/// The response to a request. A caller has few uploads at once, and much is asked at once: an upload too many is asked again.
pub(crate) async fn answered(request: &RequestBuilder) -> Answer {
    loop {
        let answer = Answer::of(request.try_clone().expect("no body is a stream")).await;
        if answer.status != 429 {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

impl Asked {
    async fn of(cell: Cell, request: RequestBuilder) -> Self {
        if cell.expected.code.is_none() && NO_JSON.contains(&cell.operation) {
            let answer = request.send().await.expect("the service answers");
            return Self { status: answer.status().as_u16(), code: String::new(), told: String::new(), cell };
        }
        let answer = answered(&request).await;
        let refused = answer.status >= 400;
        let code = answer.json["code"].as_str().filter(|_| refused).unwrap_or_default().to_owned();
        Self { status: answer.status, code, told: told(&answer), cell }
    }

    fn is_wrong(&self) -> bool {
        self.status != self.cell.expected.status || self.code != self.cell.expected.code.unwrap_or_default()
    }

    fn sentence(&self) -> String {
        let Cell { operation, variant, actor, state, expected, .. } = &self.cell;
        let Expected { status, code, because } = expected;
        format!(
            "{operation}{variant} by {actor:?}, {state}: {} {}, not {status} {} ({because})",
            self.status,
            self.code,
            code.unwrap_or_default()
        )
    }
}

/// The body and the names of the headers, without what is different in every answer.
fn told(answer: &Answer) -> String {
    let mut body = answer.json.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("trace_id");
    }
    let mut headers: Vec<&str> = answer.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
    headers.sort_unstable();
    headers.dedup();
    format!("{} {body} {headers:?}", answer.status)
}

/// Sentences on every cell that is not as expected.
pub(crate) fn mismatches(asked: &[Asked]) -> Vec<String> {
    asked.iter().filter(|asked| asked.is_wrong()).map(Asked::sentence).collect()
}

/// Sentences on refusals that are the same by their code and can be told apart all the same: of one operation, for one
/// actor. What one may not know of must answer as what does not exist.
pub(crate) fn distinguishable(asked: &[Asked]) -> Vec<String> {
    let mut told: BTreeMap<String, HashSet<&str>> = BTreeMap::new();
    for Asked { cell, code, told: this, .. } in asked {
        if !code.is_empty() {
            let Cell { operation, variant, actor, .. } = cell;
            told.entry(format!("{operation}{variant} by {actor:?}, {code}")).or_default().insert(this);
        }
    }
    let apart = told.into_iter().filter(|(_, ways)| ways.len() > 1);
    apart.map(|(which, ways)| format!("{which}: told apart by {ways:#?}")).collect()
}

/// How many cells there were, by status.
pub(crate) fn counts(asked: &[Asked]) -> Value {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in asked {
        *counts.entry(one.status.to_string()).or_default() += 1;
    }
    serde_json::to_value(counts).unwrap_or_default()
}
