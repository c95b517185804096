//! P7 to P9 by an independent model: after any history of commands by many members, whatever raced, every query of
//! everybody answers what a fold of the log says, row by row, and every live stream has shown exactly what its member could
//! see.
//!
//! How a case goes: two fresh sites with the same member ids on one running service (`site.rs`); everybody opens a stream
//! (`streams.rs`); the commands run, some at once (`commands.rs`, `generate.rs`, `resolve.rs`, `run.rs`); the log is read
//! out of Postgres (`causerie_tests::read_log`) and folded (`fold/`); everybody asks (`ask/`) and is told what the fold says (`expect/`). The
//! log itself must hold nothing that it forbids (`rules.rs`), and where nothing raced, each command must have been carried
//! out or refused as the brief says (`predict/`). The model shares no code with the service.
//!
//! `races/` has histories with wider windows between check and write: many callers of two processes, clients that hang up,
//! and connections that Postgres ends.
//!
//! `make test` runs some cases; `PROPTEST_CASES=50` as many, `CAUSERIE_CHAOS=1` hundreds. nextest ends a test after four
//! minutes, so the long way is
//! `CAUSERIE_CHAOS=1 causerie-sandbox run -- cargo test -p causerie-tests --test model -- --nocapture`.
//! A failed case is shrunk by leaving commands out, and printed with its differences and the seed;
//! `PROPTEST_RNG_SEED=<seed>` draws the same cases again. `MODEL_THOROUGH=1` asks every question instead of a sample.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what fails here fails the test, with a sentence; seeds and counts are printed"
)]

mod ask;
mod commands;
mod compare;
mod expect;
mod fewer;
mod fold;
mod frames;
mod generate;
mod hits;
mod known;
mod people;
mod predict;
mod races;
mod report;
mod request;
mod resolve;
mod rules;
mod run;
mod site;
mod streams;
mod undo;

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use causerie_tests::Service;
use hits::Hits;
use proptest::prelude::Just;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

const COMMANDS: usize = 150;
const SHORT: u32 = 6;
const LONG: u32 = 300;

#[test]
fn after_any_history_every_query_and_every_stream_shows_what_a_fold_of_the_log_says() {
    holds_of_histories(Just(1));
}

#[test]
fn after_commands_that_raced_every_query_and_every_stream_shows_what_a_fold_of_the_log_says() {
    holds_of_histories(2..12_usize);
}

fn holds_of_histories(lanes: impl Strategy<Value = usize> + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let service = runtime.block_on(Service::start());
    let hits = Mutex::new(Hits::default());
    let mut runner = TestRunner::new(config());
    let result = runner.run(&generate::case(COMMANDS, lanes), |case| {
        runtime.block_on(run::run(&service, &case, &hits)).map_err(TestCaseError::fail)
    });
    let hits = hits.into_inner().unwrap_or_else(PoisonError::into_inner);
    eprintln!("{hits}");
    if let Err(failed) = result {
        match failed {
            TestError::Fail(report, case) => panic!("by {} at once, {report}", case.lanes),
            TestError::Abort(reason) => panic!("{reason}"),
        }
    }
    let _guard = runtime.enter();
    drop(service);
    assert_eq!(hits.missed(runner.config().cases), [""; 0], "never hit");
}

fn config() -> Config {
    let from_environment = Config::default();
    let seed = match from_environment.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => u64::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos()),
    };
    eprintln!("PROPTEST_RNG_SEED={seed}");
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let usual = if std::env::var_os("CAUSERIE_CHAOS").is_some() { LONG } else { SHORT };
    Config {
        cases: given.unwrap_or(usual),
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 150,
        // In milliseconds.
        max_shrink_time: 100_000,
        failure_persistence: None,
        ..from_environment
    }
}
