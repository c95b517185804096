//! Faults and the properties that must hold under them: clients write, moderate and read on two
//! sites, faults occur one after the other, and a checker compares all requests, responses and
//! frames with the log.
//!
//! Start at `run.rs`. `cluster.rs` starts the servers and processes, `sites.rs` registers members
//! and conversations; `writers.rs`, `moderators.rs`, `stream_readers.rs` and `page_readers.rs` are
//! the clients; `history.rs` is what they record; `faults/` injects the faults and counts whether
//! the window of each was hit; `fold.rs` folds the log; `check/` checks the properties, and
//! `check/violations.rs` proves that each check can fail.
//!
//! Environment:
//!
//! - `CAUSERIE_CHAOS_SEED` repeats the choices of a run.
//! - `CAUSERIE_CHAOS_MINUTES` asks for a long run, which writes its report to
//!   `CAUSERIE_CHAOS_REPORT`.
//! - `CAUSERIE_CHAOS_SENDS` continues it until as many sends are acknowledged and every window is
//!   hit twenty times, but at most four times the minutes.
//! - `CAUSERIE_CHAOS_KINDS` names the kinds of faults, separated by commas.
//! - `CAUSERIE_CHAOS_WRITERS` is the number of writers of each member.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "an unexpected result fails the test with a sentence; seeds and counts are printed"
)]

mod check;
mod client;
mod cluster;
mod diverged;
mod faults;
mod final_state;
mod fold;
mod history;
mod lost_events;
mod moderators;
mod outages;
mod page_readers;
mod process;
mod report;
mod run;
mod sites;
mod stream_readers;
mod writers;

use std::fmt::Debug;
use std::str::FromStr;
use std::time::Duration;

use run::{Options, RunResult, run};

/// The number in an environment variable, if it is set.
fn number<N: FromStr<Err: Debug>>(name: &str) -> Option<N> {
    std::env::var(name).ok().map(|value| value.parse().expect("CAUSERIE_CHAOS_… is a number"))
}

fn kinds() -> Vec<&'static str> {
    let names = std::env::var("CAUSERIE_CHAOS_KINDS").unwrap_or_default();
    let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    faults::kinds().filter(|kind| names.is_empty() || names.contains(kind)).collect()
}

/// For `make test`: each kind of fault once, with short outages.
fn short() -> Options {
    let seed = number("CAUSERIE_CHAOS_SEED").unwrap_or_else(history::now);
    eprintln!("CAUSERIE_CHAOS_SEED={seed}");
    Options {
        seed,
        period: Duration::from_secs(45),
        kinds: kinds(),
        longest: 1200,
        pause: 60,
        statement_timeout: Duration::from_secs(2),
        writers_per_member: 1,
        min_sends: 0,
        min_hits: 0,
    }
}

#[track_caller]
fn assert_holds(result: &RunResult) {
    eprintln!("{}", result.report());
    assert_eq!(result.violations(), 0, "see above; logs in {}", result.logs.display());
    assert!(result.faults.broken.is_empty(), "{:#?}", result.faults.broken);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_faults_everything_holds() {
    let options = Options { kinds: Vec::new(), min_sends: 100, ..short() };
    assert_holds(&Box::pin(run(options)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_each_fault_everything_holds() {
    // The long run includes this one.
    if std::env::var("CAUSERIE_CHAOS_MINUTES").is_ok() {
        return;
    }
    let result = Box::pin(run(short())).await;
    assert_holds(&result);
    let windows = &result.faults.windows;
    let missed: Vec<_> = windows.iter().filter(|(_, window)| window.hit == 0).collect();
    eprintln!("windows missed: {missed:?}");
    assert!(windows.len() - missed.len() >= kinds().len().min(12), "too few windows hit: {missed:?}");
}

/// `make chaos`, without nextest, whose time limit is minutes.
#[tokio::test(flavor = "multi_thread")]
async fn for_as_long_as_asked_everything_holds() {
    let Some(minutes) = number("CAUSERIE_CHAOS_MINUTES") else { return };
    let min_sends = number("CAUSERIE_CHAOS_SENDS").unwrap_or_default();
    let options = Options {
        period: Duration::from_mins(minutes),
        longest: 4000,
        pause: 30,
        statement_timeout: cluster::STATEMENT_TIMEOUT,
        writers_per_member: number("CAUSERIE_CHAOS_WRITERS").unwrap_or(2),
        min_sends,
        min_hits: if min_sends > 0 { 20 } else { 0 },
        ..short()
    };
    let result = Box::pin(run(options)).await;
    if let Some(path) = std::env::var_os("CAUSERIE_CHAOS_REPORT") {
        std::fs::write(&path, result.report()).expect("the report can be written");
    }
    assert_holds(&result);
}
