//! `causerie dev` on a data folder of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use causerie_sandbox::{Scratch, tools_dir};
use causerie_tests::{Caller, NO_LIMITS, Process, alive, command, jetstream};
use nix::sys::signal::Signal;
use serde_json::Value;

/// A running `causerie dev`.
pub(crate) struct Stack {
    pub(crate) process: Process,
}

/// A data folder, removed with its content when dropped.
pub(crate) struct DataFolder(Scratch);

impl DataFolder {
    pub(crate) fn new() -> Self {
        Self(Scratch::new(&tools_dir()).expect("a data folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for DataFolder {
    /// The sandbox removes its own files, but not the secret.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.path().join("token-secret"));
    }
}

impl Drop for Stack {
    /// Stops the servers before their folder is removed, also if a test fails.
    fn drop(&mut self) {
        let limit = Instant::now() + Duration::from_secs(10);
        if self.process.is_ours() {
            self.process.signal(Signal::SIGTERM);
        }
        while self.process.is_ours() && alive(self.process.pid) && Instant::now() < limit {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Stack {
    pub(crate) async fn start(data: &Path) -> Self {
        let process = Process::start(
            command()
                .args(["dev", "--no-demo", "--listen", "127.0.0.1:0", "--data"])
                .arg(data)
                // The tools of the workspace, as with `make dev`.
                .env("CAUSERIE_TOOLS_DIR", tools_dir())
                .envs(NO_LIMITS),
        )
        .await;
        Self { process }
    }

    pub(crate) fn url(&self) -> &str {
        self.process.said("url")
    }

    pub(crate) async fn published(&self, count: usize) -> (Vec<causerie_tests::Published>, u64) {
        jetstream(self.process.said("nats_url"), "causerie.v1.>", count).await
    }
}

/// A token signed with the secret in the folder.
pub(crate) async fn token(data: &Path, site: &str, member: &str, role: &str) -> String {
    output(data, &["token", "--site", site, "--member", member, "--role", role]).await.trim().to_owned()
}

/// A caller with such a token.
pub(crate) async fn caller(data: &Path, url: &str, member: &str, role: &str) -> Caller {
    let token = token(data, "acme", member, role).await;
    Caller::new(reqwest::Client::new(), url, "acme", Some(&token))
}

pub(crate) async fn replay(data: &Path) -> Vec<Value> {
    let ndjson = output(data, &["replay", "--site", "acme", "--format", "ndjson"]).await;
    ndjson.lines().map(|line| serde_json::from_str(line).expect("a line is one JSON object")).collect()
}

/// The output of a subcommand, which must succeed.
pub(crate) async fn output(data: &Path, arguments: &[&str]) -> String {
    let mut command = command();
    command.args(arguments).arg("--data").arg(data).env("CAUSERIE_TOOLS_DIR", tools_dir()).stdin(Stdio::null());
    let output = command.output().await.expect("the binary runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
