//! `causerie-bench all`: every benchmark in turn, each a process of its own with servers of its own, its lines of JSON kept
//! in a folder; then docs/benchmarks.md out of them.

mod steps;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use clap::Args;
use jiff::Zoned;
use tokio::process::Command;

use self::steps::Step;
use crate::book::{self, RUN, Ran, Run};
use crate::report::say;

/// Below it lie the results of each time.
const KEPT: &str = ".causerie/bench";
const DOCS: &str = "docs";

#[derive(Debug, Args)]
pub(crate) struct All {
    /// Where the results are kept (`.causerie/bench/<time>`).
    #[arg(long, value_name = "FOLDER", conflicts_with = "from")]
    results: Option<PathBuf>,
    /// Measures nothing: writes the document again from the results in this folder.
    #[arg(long, value_name = "FOLDER")]
    from: Option<PathBuf>,
    /// Where benchmarks.md and figures/ go (docs; with --quick the folder of the results).
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// A smoke test of all of it, three minutes. Its figures mean little.
    #[arg(long, conflicts_with = "from")]
    quick: bool,
}

impl All {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        if let Some(from) = &self.from {
            return book::write(from, self.out.as_deref().unwrap_or(Path::new(DOCS)));
        }
        let now = Zoned::now();
        let default = || Path::new(KEPT).join(now.strftime("%Y-%m-%d-%H%M%S").to_string());
        let folder = self.results.clone().unwrap_or_else(default);
        fs::create_dir_all(&folder)?;
        let mut run = Run {
            commit: commit().await,
            date: now.strftime("%Y-%m-%d").to_string(),
            quick: self.quick,
            steps: Vec::new(),
        };
        let steps = steps::all(self.quick);
        let minutes: u64 = steps.iter().map(|step| step.seconds).sum::<u64>().div_ceil(60);
        say(&format!("{} benchmarks, about {minutes} minutes; results in {}", steps.len(), folder.display()))?;
        for (number, step) in (1..).zip(&steps) {
            say(&format!("[{number}/{}] {}: about {} s", steps.len(), step.name, step.seconds))?;
            let ran = step.run(&folder).await?;
            let how = if ran.succeeded { "done" } else { "FAILED" };
            say(&format!("[{number}/{}] {}: {how} after {:.0} s", steps.len(), step.name, ran.seconds))?;
            run.steps.push(ran);
            // After each: what was measured stays when a later one is interrupted.
            fs::write(folder.join(RUN), serde_json::to_string_pretty(&run)?)?;
        }
        let out = self.out.unwrap_or_else(|| if self.quick { folder.clone() } else { DOCS.into() });
        book::write(&folder, &out)?;
        let failed: Vec<&str> = run.steps.iter().filter(|ran| !ran.succeeded).map(|ran| ran.name.as_str()).collect();
        anyhow::ensure!(
            failed.is_empty(),
            "these failed, see their .txt in {}: {}",
            folder.display(),
            failed.join(", ")
        );
        Ok(())
    }
}

impl Step {
    /// What it prints goes to `<name>.jsonl` and `<name>.txt`.
    async fn run(&self, folder: &Path) -> anyhow::Result<Ran> {
        let start = Instant::now();
        let file = |kind| File::create(folder.join(format!("{}.{kind}", self.name)));
        let status = Command::new(std::env::current_exe()?)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(file("jsonl")?)
            .stderr(file("txt")?)
            .kill_on_drop(true)
            .status()
            .await?;
        Ok(Ran {
            name: self.name.to_owned(),
            arguments: self.arguments.join(" "),
            seconds: start.elapsed().as_secs_f64(),
            succeeded: status.success(),
        })
    }
}

/// Which code this is, as far as git knows.
async fn commit() -> String {
    let git = Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=10"]).output().await;
    git.ok()
        .filter(|git| git.status.success())
        .map_or_else(|| "unknown".to_owned(), |git| String::from_utf8_lossy(&git.stdout).trim().to_owned())
}
