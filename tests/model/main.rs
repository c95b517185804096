//! P7 to P9 against the oracle (`tests/src/oracle`): after any history of commands by many members,
//! concurrent or not, every response to a query and every frame of a live stream is what the oracle
//! derives from the log.
//!
//! One case (`run.rs`): two new sites with the same member ids on one running service (`site.rs`); all
//! members open a stream (`streams.rs`); the commands run, some concurrently (`generate.rs`,
//! `commands/`); the log is read from Postgres and folded by the oracle; all callers send queries
//! (`queries/`). The log must contain no event that the events before it forbid, and if the commands
//! were sequential, each response must be the one of the oracle (`responses.rs`).
//!
//! `races/` has histories with wider windows between check and write: many callers of two processes,
//! clients that disconnect, and connections that Postgres closes.
//!
//! `make test` runs some cases; `PROPTEST_CASES=50` runs 50, `CAUSERIE_CHAOS=1` hundreds. nextest ends a
//! test after four minutes, so run hundreds with
//! `CAUSERIE_CHAOS=1 causerie-sandbox run -- cargo test -p causerie-tests --test model -- --nocapture`.
//! A failed case is shrunk by removing commands, and printed with its differences and the seed;
//! `PROPTEST_RNG_SEED=<seed>` repeats the cases. `MODEL_THOROUGH=1` sends all queries instead of a sample.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a failure fails the test; seeds and counts are printed"
)]

mod commands;
mod coverage;
mod frames;
mod generate;
mod people;
mod queries;
mod races;
mod report;
mod request;
mod responses;
mod run;
mod shrink;
mod site;
mod streams;
mod targets;
mod undo;

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use causerie_tests::Service;
use coverage::Coverage;
use proptest::prelude::Just;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

const COMMANDS: usize = 150;
const SHORT_CASES: u32 = 6;
const LONG_CASES: u32 = 300;

#[test]
fn queries_and_streams_equal_the_oracle_after_any_history() {
    check_histories(Just(1));
}

#[test]
fn queries_and_streams_equal_the_oracle_after_racing_commands() {
    check_histories(2..12_usize);
}

fn check_histories(concurrency: impl Strategy<Value = usize> + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let service = runtime.block_on(Service::start());
    let coverage = Mutex::new(Coverage::default());
    let mut runner = TestRunner::new(config());
    let result = runner.run(&generate::case(COMMANDS, concurrency), |case| {
        runtime.block_on(run::run(&service, &case, &coverage)).map_err(TestCaseError::fail)
    });
    let coverage = coverage.into_inner().unwrap_or_else(PoisonError::into_inner);
    eprintln!("{coverage}");
    if let Err(failed) = result {
        match failed {
            TestError::Fail(report, case) => panic!("{} concurrent commands, {report}", case.concurrency),
            TestError::Abort(reason) => panic!("{reason}"),
        }
    }
    let _guard = runtime.enter();
    drop(service);
    assert_eq!(coverage.missed(runner.config().cases), [""; 0], "did not occur");
}

fn config() -> Config {
    let from_environment = Config::default();
    let seed = match from_environment.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => u64::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos()),
    };
    eprintln!("PROPTEST_RNG_SEED={seed}");
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let usual = if std::env::var_os("CAUSERIE_CHAOS").is_some() { LONG_CASES } else { SHORT_CASES };
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
