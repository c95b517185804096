//! One history: two new sites, the streams of all members, the commands, the log, and the comparisons.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use causerie_tests::oracle::forbidden_events;
use causerie_tests::{ApiResponse, Service, at};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use tokio::time::Instant;

use crate::commands::Call;
use crate::coverage::Coverage;
use crate::generate::{Case, Step};
use crate::people::{OLGA, PEOPLE, TOKEN_ROLES};
use crate::queries;
use crate::report::{Difference, Report};
use crate::request::{respond, send};
use crate::responses;
use crate::site::{Site, state_after};
use crate::streams::OpenStream;
use crate::targets::Targets;

/// Each site has a number of its own.
static CASES: AtomicUsize = AtomicUsize::new(0);
/// A setting that no command of a history chooses. All streams show it, as their last frame.
const LAST_SETTING: u32 = 777;

/// Runs a history. The error is a report.
pub(crate) async fn run(service: &Service, case: &Case, coverage: &Mutex<Coverage>) -> Result<(), String> {
    let started = Instant::now();
    let number = CASES.fetch_add(1, Ordering::Relaxed);
    let (one, other) =
        tokio::join!(Site::open(service, format!("a{number}")), Site::open(service, format!("b{number}")));
    let sites = [one, other];
    let mut starts = Vec::new();
    let mut streams = Vec::new();
    for site in &sites {
        let log = service.site_log(&site.id).await;
        streams.push(OpenStream::all(site, &state_after(&log)).await);
        starts.push(log.len());
    }
    let opened = started.elapsed();

    let mut report = Report::default();
    run_commands(&sites, case, &mut report).await;
    let ran = started.elapsed();

    // On both sites before the queries, so that the last position follows all events.
    let mut ends = Vec::new();
    for site in &sites {
        let request = || site.caller(PEOPLE[OLGA]).request(Method::PATCH, "/settings");
        let last_setting = json!({ "max_participants": LAST_SETTING });
        ends.push(respond(|| request().json(&last_setting)).await.is(200));
    }
    let last = ends[1].position().to_owned();
    let mut queries_sent = 0;
    for (n, ((site, start), streams)) in sites.iter().zip(starts).zip(streams).enumerate() {
        let stream_log = join_all(streams.into_iter().map(|open| open.until(ends[n].position()))).await;
        let log = service.site_log(&site.id).await;
        report.differences.extend(stream_log.iter().filter_map(|stream_log| stream_log.check(site, &log, start)));
        let mut found = forbidden_events(&TOKEN_ROLES, &log);
        if case.concurrency == 1 {
            found.extend(responses::wrong(&report.exchanges, n, &log, start));
        }
        if !found.is_empty() {
            report.differences.push(Difference { subject: format!("the log of {}", site.id), found });
        }
        let state = state_after(&log);
        coverage.lock().unwrap_or_else(PoisonError::into_inner).note(&log, &state);
        let (differences, count) = queries::check_all(site, &state, &last, case.seed).await;
        report.differences.extend(differences);
        queries_sent += count;
    }
    eprintln!(
        "case {number}: {} commands by {} ({}), {queries_sent} queries, {} differences; {opened:.1?}, {ran:.1?}, {:.1?}",
        case.steps.len(),
        case.concurrency,
        report.statuses(),
        report.differences.len(),
        started.elapsed()
    );
    report.verdict()
}

/// The commands, in chunks that race each other.
async fn run_commands(sites: &[Site; 2], case: &Case, report: &mut Report) {
    let mut targets = sites.each_ref().map(|site| Targets::new(&site.id));
    for chunk in case.steps.chunks(case.concurrency) {
        let calls: Vec<(usize, Call)> =
            chunk.iter().map(|Step { site, command }| (*site, command.resolve(&mut targets[*site]))).collect();
        let responses = join_all(calls.iter().map(|(site, call)| send_call(&sites[*site], call))).await;
        for ((site, call), response) in calls.into_iter().zip(responses) {
            if response.status < 300 {
                let id = response.json["id"].as_str().and_then(|id| id.parse().ok());
                targets[site].record(call.clone(), id);
            }
            report.note(site, &sites[site].id, call, &response);
        }
    }
}

async fn send_call(site: &Site, call: &Call) -> ApiResponse {
    let mut request = site.caller(call.caller).request(call.method.clone(), &call.path);
    if let Some(body) = &call.body {
        request = request.json(body);
    }
    let response = send(request).await;
    let is_write = call.method != Method::GET;
    assert!(!is_write || response.status >= 300 || at(response.position()).is_some(), "no position: {response:?}");
    response
}
