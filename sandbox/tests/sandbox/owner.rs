//! Servers whose owner was killed, and the program `causerie-sandbox`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use causerie_sandbox::{Options, Sandbox, fetch_tools, tools_dir};

use crate::support::{both, family, query, scratch, sql, start, wait_until_gone};

/// All servers have ended this long after their owner was killed.
const LIMIT: Duration = Duration::from_secs(15);

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_causerie-sandbox"))
}

/// Starts `sandbox/examples/owner.rs` in a folder and kills it. Returns the pids of its servers and of their children.
fn start_and_kill_an_owner(folder: &Path, paused: bool) -> Vec<u32> {
    let program = Path::new(env!("CARGO_BIN_EXE_causerie-sandbox")).with_file_name("examples").join("owner");
    let mut command = Command::new(program);
    command.arg(folder);
    if paused {
        command.arg("--pause");
    }
    let mut owner = command.stdout(Stdio::piped()).spawn().unwrap();
    let line = BufReader::new(owner.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let servers: Vec<u32> = line.split(' ').map(|pid| pid.parse().unwrap()).collect();
    let all: Vec<u32> = servers.into_iter().flat_map(family).collect();
    assert!(all.len() > 5, "{all:?}");
    owner.kill().unwrap();
    owner.wait().unwrap();
    all
}

#[tokio::test]
async fn killed_owner_leaves_no_server_and_next_start_waits() {
    let scratch = scratch();
    let pids = start_and_kill_an_owner(scratch.path(), false);
    // At once, while the watchdog is at work.
    let mut sandbox = start(&scratch).await.unwrap();
    wait_until_gone(&pids, LIMIT);
    assert_eq!(query(both(&mut sandbox).0, "select n from sample").unwrap(), "42");
    sandbox.stop().await.unwrap();
}

#[test]
fn no_paused_server_outlives_a_killed_owner() {
    let scratch = scratch();
    let pids = start_and_kill_an_owner(scratch.path(), true);
    // Woken and stopped in order: force begins after 7 s.
    wait_until_gone(&pids, Duration::from_secs(6));
}

#[tokio::test]
async fn start_after_a_power_failure_succeeds() {
    let scratch = scratch();
    let mut sandbox = Sandbox::start(Options::new(scratch.path())).await.unwrap();
    let (postgres, nats) = both(&mut sandbox);
    query(postgres, "create table sample as select 42 as n").unwrap();
    postgres.kill();
    nats.kill();
    let stale = postgres.data_dir().join("postmaster.pid");
    drop(sandbox);
    // A pid that another program has now: this one.
    let text = std::fs::read_to_string(&stale).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    std::fs::write(&stale, format!("{}\n{rest}", std::process::id())).unwrap();

    let mut sandbox = start(&scratch).await.unwrap();
    assert_eq!(query(both(&mut sandbox).0, "select n from sample").unwrap(), "42");
    sandbox.stop().await.unwrap();
}

#[test]
fn no_postgres_outlives_a_killed_test_run() {
    let mut owner = program()
        .args(["run", "--", "sh", "-c", "echo $$ $CAUSERIE_TEST_POSTGRES_URL $CAUSERIE_TOOLS_DIR; exec sleep 600"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(owner.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let [command, url, _] = words[..] else { panic!("{line}") };
    let pid = sql(&bin(), url, "select pg_read_file('postmaster.pid')").unwrap();
    let pids = family(pid.lines().next().unwrap().parse().unwrap());
    assert!(pids.len() > 4, "{pids:?}");
    owner.kill().unwrap();
    owner.wait().unwrap();
    // The command is its own master: it lives on, and would hold this test's output open.
    Command::new("kill").arg(command).status().unwrap();
    wait_until_gone(&pids, LIMIT);
}

#[test]
fn a_run_ends_with_the_code_of_its_command() {
    let code = |script: &str| program().args(["run", "--", "sh", "-c", script]).status().unwrap().code();
    assert_eq!(code("exit 7"), Some(7));
    assert_eq!(code("kill -TERM $$"), Some(128 + 15));
    assert_eq!(program().arg("unknown").status().unwrap().code(), Some(2));
}

#[test]
fn run_forwards_a_signal_and_waits_for_its_command() {
    let mut owner = program()
        .args(["run", "--", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(owner.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Command::new("kill").args(["-TERM", &owner.id().to_string()]).status().unwrap();
    assert_eq!(owner.wait().unwrap().code(), Some(9));
}

/// Debian's, where it is installed.
#[test]
fn postgres_15_is_supported() {
    let bin = Path::new("/usr/lib/postgresql/15/bin");
    if !bin.join("initdb").exists() {
        return;
    }
    let output = program()
        .args(["run", "--", "sh", "-c"])
        .arg(r#""$CAUSERIE_POSTGRES_BIN/psql" "$CAUSERIE_TEST_POSTGRES_URL" -Atc "select version(), lower('É')""#)
        .env("CAUSERIE_POSTGRES_BIN", bin)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("PostgreSQL 15.") && text.contains("|é"), "{text} {output:?}", output = output.stderr);
}

/// The folder of `psql`; the tools are there, because a server runs.
fn bin() -> std::path::PathBuf {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(fetch_tools(&tools_dir())).unwrap().postgres_bin
}
