//! Sends the requests of the cells and compares the responses.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;

use causerie_tests::Answer;
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::actors::Actor;
use crate::rules::Expected;

/// A request and its expected response.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) operation: &'static str,
    /// Distinguishes cases of the operation.
    pub(crate) variant: &'static str,
    pub(crate) actor: Actor,
    /// The conversation or the target member.
    pub(crate) state: String,
    pub(crate) expected: Expected,
    pub(crate) request: RequestBuilder,
}

/// The response to a cell.
#[derive(Debug)]
pub(crate) struct Asked {
    cell: Cell,
    status: u16,
    code: String,
    /// Everything by which a caller can distinguish two refusals.
    visible_parts: String,
}

/// Operations whose responses are not JSON: only the status is compared.
const NO_JSON: [&str; 6] = ["Stream", "GetGroupImage", "GetMetrics", "GetDocs", "GetDocsStyle", "GetDocsSearch"];

/// Sends the requests of a row in sequence, in the order of increasing permissions.
pub(crate) async fn ask(cells: Vec<Cell>) -> Vec<Asked> {
    let mut asked = Vec::with_capacity(cells.len());
    for cell in cells {
        let request = cell.request.try_clone().expect("no body is a stream");
        asked.push(Asked::of(cell, request).await);
    }
    asked
}

/// The response to a request. Retries uploads that exceed the concurrent uploads of a caller.
pub(crate) async fn response_to(request: &RequestBuilder) -> Answer {
    loop {
        let response = Answer::of(request.try_clone().expect("no body is a stream")).await;
        if response.status != 429 {
            return response;
        }
        tokio::task::yield_now().await;
    }
}

impl Asked {
    async fn of(cell: Cell, request: RequestBuilder) -> Self {
        if cell.expected.code.is_none() && NO_JSON.contains(&cell.operation) {
            let response = request.send().await.expect("the service responds");
            return Self {
                status: response.status().as_u16(),
                code: String::new(),
                visible_parts: String::new(),
                cell,
            };
        }
        let response = response_to(&request).await;
        let refused = response.status >= 400;
        let code = response.json["code"].as_str().filter(|_| refused).unwrap_or_default().to_owned();
        Self { status: response.status, code, visible_parts: visible_parts(&response), cell }
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

/// The body and the names of the headers, without values that differ in every response.
fn visible_parts(response: &Answer) -> String {
    let mut body = response.json.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("trace_id");
    }
    let mut headers: Vec<&str> = response.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
    headers.sort_unstable();
    headers.dedup();
    format!("{} {body} {headers:?}", response.status)
}

/// Descriptions of unexpected responses.
pub(crate) fn mismatches(asked: &[Asked]) -> Vec<String> {
    asked.iter().filter(|asked| asked.is_wrong()).map(Asked::sentence).collect()
}

/// Descriptions of refusals of one operation, with the same code and actor, that differ in other ways. Hidden and missing
/// resources must give the same response.
pub(crate) fn distinguishable(asked: &[Asked]) -> Vec<String> {
    let mut by_refusal: BTreeMap<String, HashSet<&str>> = BTreeMap::new();
    for Asked { cell, code, visible_parts: parts, .. } in asked {
        if !code.is_empty() {
            let Cell { operation, variant, actor, .. } = cell;
            by_refusal.entry(format!("{operation}{variant} by {actor:?}, {code}")).or_default().insert(parts);
        }
    }
    let distinguishable = by_refusal.into_iter().filter(|(_, ways)| ways.len() > 1);
    distinguishable.map(|(which, ways)| format!("{which}: distinguished by {ways:#?}")).collect()
}

/// The number of cells by status.
pub(crate) fn counts(asked: &[Asked]) -> Value {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in asked {
        *counts.entry(one.status.to_string()).or_default() += 1;
    }
    serde_json::to_value(counts).unwrap_or_default()
}
