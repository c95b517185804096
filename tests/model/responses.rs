//! The responses to the commands, where none raced: the log before each command determines whether it
//! is permitted.

use causerie_tests::oracle::Request;
use causerie_tests::{ApiResponse, At, LogEvent, at};

use crate::commands::Call;
use crate::site::state_after;

#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) site: usize,
    pub(crate) call: Call,
    pub(crate) status: u16,
    pub(crate) code: String,
    position: Option<At>,
    /// For the report.
    pub(crate) line: String,
}

impl Exchange {
    pub(crate) fn new(site: usize, site_id: &str, call: Call, response: &ApiResponse) -> Self {
        let code = response.json["code"].as_str().filter(|_| response.status >= 400).unwrap_or_default().to_owned();
        let body = call.body.as_ref().map(|body| format!(" {body}")).unwrap_or_default();
        let Call { caller, method, path, .. } = &call;
        let line = format!("[{site_id}] {caller} {method} {path}{body} -> {} {code}", response.status);
        let (status, position) = (response.status, at(response.position()));
        Self { site, call, status, code, position, line: line.trim_end().to_owned() }
    }
}

/// The responses of one site that differ from the oracle. The first `start` events precede the
/// commands.
pub(crate) fn wrong(exchanges: &[Exchange], site: usize, log: &[LogEvent], start: usize) -> Vec<String> {
    let mut state = state_after(&log[..start]);
    let mut rest = log[start..].iter().peekable();
    let mut found = Vec::new();
    for exchange in exchanges.iter().filter(|exchange| exchange.site == site) {
        let Call { caller, method, path, body, .. } = &exchange.call;
        let body = body.clone().unwrap_or_default();
        let expected = state.refusal(Request { caller, method: method.as_str(), path, body: &body });
        let as_expected = expected.map_or(exchange.status < 300, |refusal| {
            (refusal.status, refusal.code) == (exchange.status, exchange.code.as_str())
        });
        // 503 with Retry-After leaves the outcome open.
        if exchange.status != 503 && !as_expected {
            found.push(format!("expected {expected:?}: {}", exchange.line));
        }
        while let Some(event) = rest.next_if(|event| exchange.position.is_some_and(|reached| event.at <= reached)) {
            state.apply(event);
        }
    }
    found
}
