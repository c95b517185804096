//! Faults and the properties that must hold under them: clients write, moderate and read on two sites, faults occur one after
//! the other, and a checker compares all requests, responses and frames with the log.
//!
//! Start at `run.rs`. `cluster.rs` starts the servers and processes, `sites.rs` registers members and conversations;
//! `writers.rs`, `moderators.rs`, `stream_readers.rs` and `page_readers.rs` are the clients; `history.rs` is what they record;
//! `faults/` injects the faults and counts whether the window of each was hit; `fold.rs` folds the log; `check/` checks the
//! properties, and `check/violations.rs` proves that each check can fail.
//!
//! Environment:
//!
//! - `CAUSERIE_CHAOS_SEED` repeats the choices of a run.
//! - `CAUSERIE_CHAOS_MINUTES` asks for a long run, which writes its report to `CAUSERIE_CHAOS_REPORT`.
//! - `CAUSERIE_CHAOS_SENDS` continues it until as many sends are acknowledged and every window is hit twenty times, but at most
//!   four times the minutes.
//! - `CAUSERIE_CHAOS_KINDS` names the kinds of faults, separated by commas.
//! - `CAUSERIE_CHAOS_CROWD` is the number of writers of each member.

#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "what fails here fails the test, with a sentence; seeds and counts are printed"
)]

mod check;
mod client;
mod cluster;
mod diverged;
mod faults;
mod final_state;
mod fold;
mod history;
mod lost_middle;
mod lost_tail;
mod moderators;
mod outages;
mod page_readers;
mod process;
mod report;
mod run;
mod sites;
mod stream_readers;
mod windows;
mod writers;

use std::time::Duration;

use cluster::STATEMENT_TIMEOUT;
use faults::KINDS;
use run::{Options, Outcome, run};

fn seed() -> u64 {
    let given = std::env::var("CAUSERIE_CHAOS_SEED").ok();
    let seed = given.map_or_else(history::now, |seed| seed.parse().expect("CAUSERIE_CHAOS_SEED is a number"));
    eprintln!("CAUSERIE_CHAOS_SEED={seed}");
    seed
}

fn kinds() -> Vec<&'static str> {
    let given = std::env::var("CAUSERIE_CHAOS_KINDS").unwrap_or_default();
    let wanted: Vec<&str> = given.split(',').map(str::trim).filter(|kind| !kind.is_empty()).collect();
    KINDS.into_iter().filter(|kind| wanted.is_empty() || wanted.contains(kind)).collect()
}

/// For `make test`: each kind of fault once, with short outages.
fn short() -> Options {
    let time = Duration::from_secs(45);
    Options {
        seed: seed(),
        time,
        kinds: kinds(),
        longest: 1200,
        pause: 60,
        crowd: 1,
        at_least: (0, 0),
        statement_timeout: Duration::from_secs(2),
    }
}

#[track_caller]
fn judge(outcome: &Outcome) {
    let report = outcome.report();
    eprintln!("{report}");
    assert_eq!(outcome.violations(), 0, "see above; logs in {}", outcome.logs.display());
    assert!(outcome.windows.failed.is_empty(), "{:#?}", outcome.windows.failed);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_faults_everything_holds() {
    let options = Options { kinds: Vec::new(), at_least: (200, 0), ..short() };
    let outcome = Box::pin(run(options)).await;
    judge(&outcome);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_each_fault_everything_holds() {
    // The long run is this one for longer.
    if std::env::var("CAUSERIE_CHAOS_MINUTES").is_ok() {
        return;
    }
    let options = short();
    let outcome = Box::pin(run(options)).await;
    judge(&outcome);
    let missed: Vec<_> = outcome.windows.of.iter().filter(|(_, window)| window.hit == 0).collect();
    eprintln!("windows missed: {missed:?}");
    assert!(outcome.windows.of.len() - missed.len() >= kinds().len().min(12), "hardly hit: {missed:?}");
}

/// `make chaos`: not under nextest, which ends what takes minutes.
#[tokio::test(flavor = "multi_thread")]
async fn for_as_long_as_asked_everything_holds() {
    let Ok(minutes) = std::env::var("CAUSERIE_CHAOS_MINUTES") else { return };
    let minutes: u64 = minutes.parse().expect("CAUSERIE_CHAOS_MINUTES is a number");
    let number = |name| std::env::var(name).ok().map(|given| given.parse::<u64>().expect("a number"));
    let sends = number("CAUSERIE_CHAOS_SENDS");
    let options = Options {
        time: Duration::from_mins(minutes),
        longest: 4000,
        statement_timeout: STATEMENT_TIMEOUT,
        pause: 30,
        crowd: number("CAUSERIE_CHAOS_CROWD").and_then(|crowd| crowd.try_into().ok()).unwrap_or(2),
        at_least: sends.map_or((0, 0), |sends| (sends, 20)),
        ..short()
    };
    let outcome = Box::pin(run(options)).await;
    if let Some(path) = std::env::var_os("CAUSERIE_CHAOS_REPORT") {
        std::fs::write(&path, outcome.report()).expect("the report can be written");
    }
    judge(&outcome);
}
