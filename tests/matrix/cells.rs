//! Sends the requests of the cells and compares the responses.

use std::collections::{BTreeMap, HashSet};

use causerie_tests::ApiResponse;
use causerie_tests::oracle::Refusal;
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::actors::Actor;

/// A row of the matrix: an operation, in one of its forms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    /// Distinguishes the forms of the operation.
    pub(crate) variant: &'static str,
    /// The status if the request is permitted.
    pub(crate) done: u16,
}

/// A request and its expected response.
#[derive(Debug)]
pub(crate) struct Cell {
    pub(crate) row: Row,
    pub(crate) actor: Actor,
    /// The conversation, the target member or the site.
    pub(crate) state: String,
    /// None if the request is permitted.
    pub(crate) expected: Option<Refusal>,
    pub(crate) request: RequestBuilder,
}

#[derive(Debug)]
pub(crate) struct Outcome {
    cell: Cell,
    status: u16,
    code: String,
    /// Everything by which a caller can distinguish two refusals.
    visible_parts: String,
}

/// Operations whose responses are not JSON: only the status is compared.
const NO_JSON: [&str; 6] = ["Stream", "GetGroupImage", "GetMetrics", "GetDocs", "GetDocsStyle", "GetDocsSearch"];

pub(crate) const fn row(operation: &'static str) -> Row {
    Row { operation, variant: "", done: 200 }
}

/// Sends the requests of a row in sequence, in the order of increasing permissions.
pub(crate) async fn send_all(cells: Vec<Cell>) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(cells.len());
    for cell in cells {
        outcomes.push(Outcome::of(cell).await);
    }
    outcomes
}

/// The response to a request. Retries uploads that exceed the concurrent uploads of a caller.
pub(crate) async fn response_to(request: &RequestBuilder) -> ApiResponse {
    loop {
        let response = ApiResponse::of(request.try_clone().expect("no body is a stream")).await;
        if response.status != 429 {
            return response;
        }
        tokio::task::yield_now().await;
    }
}

impl Outcome {
    async fn of(cell: Cell) -> Self {
        if cell.expected.is_none() && NO_JSON.contains(&cell.row.operation) {
            let request = cell.request.try_clone().expect("no body is a stream");
            let status = request.send().await.expect("the service responds").status().as_u16();
            return Self { cell, status, code: String::new(), visible_parts: String::new() };
        }
        let response = response_to(&cell.request).await;
        let refused = response.status >= 400;
        let code = response.json["code"].as_str().filter(|_| refused).unwrap_or_default().to_owned();
        Self { status: response.status, code, visible_parts: visible_parts(&response), cell }
    }

    fn mismatch(&self) -> Option<String> {
        let Cell { row: Row { operation, variant, done }, actor, state, expected, .. } = &self.cell;
        let (status, code, rule) =
            expected.map_or((*done, "", "no rule refuses it"), |Refusal { status, code, rule }| (status, code, rule));
        (self.status != status || self.code != code).then(|| {
            format!(
                "{operation}{variant} by {actor:?}, {state}: {} {}, not {status} {code} ({rule})",
                self.status, self.code
            )
        })
    }
}

/// The body and the names of the headers, without values that differ in every response.
fn visible_parts(response: &ApiResponse) -> String {
    let mut body = response.json.clone();
    if let Some(body) = body.as_object_mut() {
        body.remove("trace_id");
    }
    let mut headers: Vec<&str> = response.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
    headers.sort_unstable();
    headers.dedup();
    format!("{} {body} {headers:?}", response.status)
}

pub(crate) fn mismatches(outcomes: &[Outcome]) -> Vec<String> {
    outcomes.iter().filter_map(Outcome::mismatch).collect()
}

/// Descriptions of refusals of one operation, with the same code and actor, that differ in other forms. Hidden and missing
/// resources must give the same response.
pub(crate) fn distinguishable(outcomes: &[Outcome]) -> Vec<String> {
    let mut by_refusal: BTreeMap<String, HashSet<&str>> = BTreeMap::new();
    for Outcome { cell, code, visible_parts: parts, .. } in outcomes {
        if !code.is_empty() {
            let Cell { row: Row { operation, variant, .. }, actor, .. } = cell;
            by_refusal.entry(format!("{operation}{variant} by {actor:?}, {code}")).or_default().insert(parts);
        }
    }
    let distinguishable = by_refusal.into_iter().filter(|(_, forms)| forms.len() > 1);
    distinguishable.map(|(refusal, forms)| format!("{refusal}: distinguished by {forms:#?}")).collect()
}

pub(crate) fn counts(outcomes: &[Outcome]) -> Value {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in outcomes {
        *counts.entry(outcome.status.to_string()).or_default() += 1;
    }
    serde_json::to_value(counts).unwrap_or_default()
}
