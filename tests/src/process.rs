//! The binary as a child process, and the processes below it.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// The longest start: the first one of a data folder makes a database cluster.
const START: Duration = Duration::from_mins(1);

/// The binary `causerie`: that of `CAUSERIE_BIN`, else the one built beside this test.
pub fn command() -> Command {
    let path = std::env::var_os("CAUSERIE_BIN").map_or_else(built_beside, PathBuf::from);
    assert!(path.exists(), "there is no {}; run `cargo build` first, or set CAUSERIE_BIN", path.display());
    Command::new(path)
}

fn built_beside() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    // target/debug/deps/e2e-… → target/debug/causerie
    let folder = test.parent().and_then(std::path::Path::parent).expect("a test lies in target/…/deps");
    folder.join("causerie")
}

/// A running `causerie serve` or `causerie dev`. Killed when dropped; when a test fails, its log is printed.
#[derive(Debug)]
pub struct Process {
    /// The line it printed when it was ready.
    pub ready: Value,
    pub pid: i32,
    child: Child,
    log: Arc<Mutex<String>>,
}

impl Process {
    /// Starts it and waits until it says that it is ready.
    pub async fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).expect("a child has a pid");
        let log = Arc::new(Mutex::new(String::new()));
        tokio::spawn(collect(child.stderr.take().expect("stderr is piped"), Arc::clone(&log)));
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let mut process = Self { ready: Value::Null, pid, child, log };
        let line = timeout(START, lines.next_line()).await;
        let line = line.unwrap_or_else(|_| panic!("not ready within {START:?}:\n{}", process.log()));
        let line = line.expect("stdout is text").unwrap_or_else(|| panic!("ended at start:\n{}", process.log()));
        process.ready = serde_json::from_str(&line).expect("the ready line is JSON");
        process
    }

    /// A text of the ready line.
    pub fn said(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap_or_else(|| panic!("the ready line has no {key}: {}", self.ready))
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid), signal).expect("the process is ours");
    }

    /// Whether its end has not been waited for yet: until then the pid is its own.
    pub fn is_ours(&self) -> bool {
        self.child.id().is_some()
    }

    /// How it ended, if it did within the limit.
    pub async fn ended(&mut self, limit: Duration) -> ExitStatus {
        let status = timeout(limit, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("still running after {limit:?}:\n{}", self.log()));
        status.expect("a child can be waited for")
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "--- what causerie wrote to stderr ---\n{}", self.log());
        }
    }
}

async fn collect(from: impl AsyncRead + Unpin, log: Arc<Mutex<String>>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&line);
        log.push('\n');
    }
}

/// All processes below this one, with their command lines. Linux only: what CI and our containers are.
pub fn descendants(pid: i32) -> Vec<(i32, String)> {
    let table: Vec<(i32, i32)> = fs::read_dir("/proc")
        .expect("a Linux machine")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid: i32| Some((pid, parent_and_state(pid)?.0)))
        .collect();
    let mut found = vec![pid];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        found.extend(table.iter().filter(|(_, of)| *of == parent).map(|(child, _)| *child));
        next += 1;
    }
    found.into_iter().skip(1).map(|pid| (pid, command_line(pid))).collect()
}

/// Whether the process is there and not just waiting to be buried.
pub fn alive(pid: i32) -> bool {
    parent_and_state(pid).is_some_and(|(_, state)| !matches!(state, 'Z' | 'X'))
}

/// Whether there is nothing left of the process: its parent has taken note of its end.
pub fn buried(pid: i32) -> bool {
    parent_and_state(pid).is_none()
}

/// SIGKILL to all of them, in this order; those that are gone already are fine.
pub fn kill_all(pids: impl IntoIterator<Item = i32>) {
    for pid in pids {
        let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
    }
}

fn parent_and_state(pid: i32) -> Option<(i32, char)> {
    // `pid (name) state parent …`, and the name may hold anything.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((fields.next()?.parse().ok()?, state))
}

fn command_line(pid: i32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ")
}
