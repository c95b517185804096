//! One history: two fresh sites, everybody's streams, the commands, the log, and all that is held against it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use causerie_tests::{Answer, LogEvent, Service, at, read_log};
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

use crate::ask;
use crate::commands::{Case, Step};
use crate::compare::Difference;
use crate::fold::Model;
use crate::hits::Hits;
use crate::known::Known;
use crate::people::{OLGA, PEOPLE};
use crate::predict;
use crate::report::Report;
use crate::request::{answered, send};
use crate::resolve::{Call, resolve};
use crate::rules;
use crate::site::Site;
use crate::streams::Open;

/// No site of this service had this number before.
static CASES: AtomicUsize = AtomicUsize::new(0);
/// A setting that no command of a history chooses: all streams show that it was chosen, so that is where they end.
const THE_END: u32 = 777;

/// Runs a history. The error is a report to be read.
pub(crate) async fn run(service: &Service, case: &Case, hits: &Mutex<Hits>) -> Result<(), String> {
    let began = Instant::now();
    let number = CASES.fetch_add(1, Ordering::Relaxed);
    let (one, other) =
        tokio::join!(Site::open(service, format!("a{number}")), Site::open(service, format!("b{number}")));
    let sites = [one, other];
    let mut starts = Vec::new();
    let mut streams = Vec::new();
    for site in &sites {
        let log = read(service, &site.id).await;
        streams.push(Open::all(site, &Model::of(&log)).await);
        starts.push(log.len());
    }
    let opened = began.elapsed();

    let mut report = Report::default();
    play(&sites, case, &mut report).await;
    let played = began.elapsed();

    // On both sites before anything is asked: the last one's place is behind everything.
    let mut ends = Vec::new();
    for site in &sites {
        let request = || site.caller(PEOPLE[OLGA]).request(Method::PATCH, "/settings");
        let the_end = json!({ "max_participants": THE_END });
        ends.push(answered(|| request().json(&the_end)).await.is(200));
    }
    let last = ends[1].position().to_owned();
    let mut asked = 0;
    for (n, ((site, start), streams)) in sites.iter().zip(starts).zip(streams).enumerate() {
        let watched = join_all(streams.into_iter().map(|open| open.until(ends[n].position()))).await;
        let log = read(service, &site.id).await;
        report.differences.extend(watched.iter().filter_map(|watched| watched.check(site, &log, start)));
        let mut of_log = rules::forbidden(&log);
        if case.lanes == 1 {
            of_log.extend(predict::wrong(&report.asked, n, &log, start));
        }
        if !of_log.is_empty() {
            report.differences.push(Difference { asked: format!("the log of {}", site.id), found: of_log });
        }
        let model = Model::of(&log);
        hits.lock().unwrap_or_else(PoisonError::into_inner).note(&log, &model);
        let (differences, count) = ask::everything(site, &model, &last, case.seed).await;
        report.differences.extend(differences);
        asked += count;
    }
    eprintln!(
        "case {number}: {} commands by {} ({}), {asked} questions, {} differences; {opened:.1?}, {played:.1?}, {:.1?}",
        case.steps.len(),
        case.lanes,
        report.answers(),
        report.differences.len(),
        began.elapsed()
    );
    report.verdict()
}

/// The log of a site.
async fn read(service: &Service, site: &str) -> Vec<LogEvent> {
    let mut database = PgConnection::connect(service.servers.database_url()).await.expect("Postgres answers");
    let mut log = read_log(&mut database).await;
    log.retain(|event| event.site == site);
    log
}

/// The commands, in chunks that race each other.
async fn play(sites: &[Site; 2], case: &Case, report: &mut Report) {
    let mut known = [Known::default(), Known::default()];
    for chunk in case.steps.chunks(case.lanes) {
        let calls: Vec<(usize, Call)> = chunk
            .iter()
            .map(|Step { site, command }| (*site, resolve(command, &mut known[*site], &sites[*site].id)))
            .collect();
        let answers = join_all(calls.iter().map(|(site, call)| ask(&sites[*site], call))).await;
        for ((site, call), answer) in calls.into_iter().zip(answers) {
            report.note(site, &sites[site].id, &call, &answer);
            if answer.status < 300 {
                let id = answer.json["id"].as_str().and_then(|id| id.parse().ok());
                known[site].note(call, id, &sites[site].id);
            }
        }
    }
}

async fn ask(site: &Site, call: &Call) -> Answer {
    let mut request = site.caller(call.who).request(call.method.clone(), &call.path);
    if let Some(body) = &call.body {
        request = request.json(body);
    }
    let answer = send(request).await;
    // A success says where it stands in the log.
    assert!(call.method == Method::GET || answer.status >= 300 || at(answer.position()).is_some(), "{answer:?}");
    answer
}
