//! `causerie-bench start`: how long `causerie dev` takes until it serves, the first time in an empty folder and then with
//! the data of the last time.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use causerie_sandbox::{Scratch, tools_dir};
use clap::Args;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::report::{self, Spread};
use crate::stage::binary;

const LIMIT: Duration = Duration::from_mins(2);

#[derive(Debug, Args)]
pub(crate) struct Start {
    /// How often it is started again.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// A smoke test: started again once.
    #[arg(long, conflicts_with = "runs")]
    quick: bool,
}

/// A line of the results.
#[derive(Debug, Serialize)]
struct Started {
    case: &'static str,
    run: u32,
    seconds: f64,
}

impl Start {
    pub(crate) async fn run(mut self) -> anyhow::Result<()> {
        if self.quick {
            self.runs = 1;
        }
        let scratch = Scratch::new(&tools_dir())?;
        let mut again = Vec::new();
        for run in 0..=self.runs {
            let case = if run == 0 { "first" } else { "again" };
            let started = Started { case, run, seconds: once(scratch.path()).await?.as_secs_f64() };
            report::line(&started)?;
            if run == 0 {
                report::say(&format!("causerie dev, in an empty folder: serving after {:.2} s", started.seconds))?;
            } else {
                again.push(started.seconds);
            }
        }
        let again = Spread::of(again).map(|spread| spread.text(|seconds| format!("{seconds:.2}")));
        report::say(&format!("again, with its data: serving after {} s", again.unwrap_or_default()))
    }
}

/// Until it says that it serves; then it is stopped.
async fn once(data: &Path) -> anyhow::Result<Duration> {
    let start = Instant::now();
    let mut child = Command::new(binary()?)
        .args(["dev", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("CAUSERIE_LOG__FILTER", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
    timeout(LIMIT, lines.next_line()).await??.context("causerie dev ended at start")?;
    let took = start.elapsed();
    let pid = child.id().context("causerie dev ended by itself")?;
    kill(Pid::from_raw(pid.try_into()?), Signal::SIGTERM)?;
    timeout(LIMIT, child.wait()).await??;
    Ok(took)
}
