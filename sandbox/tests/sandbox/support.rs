//! Clients of both servers without a library, and the table of processes.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use causerie_sandbox::{NatsServer, Options, PostgresServer, Sandbox, SandboxError, Scratch, tools_dir};

/// Runs SQL with `psql`. Returns the values.
pub(crate) fn sql(bin: &Path, url: &str, statement: &str) -> Result<String, String> {
    let output = Command::new(bin.join("psql"))
        .args([url, "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--command", statement])
        .env("PGCONNECT_TIMEOUT", "5")
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

pub(crate) fn query(server: &PostgresServer, statement: &str) -> Result<String, String> {
    sql(server.bin_dir(), &server.url(), statement)
}

/// Connects with the user and password of a NATS URL. Returns `PONG` or an error.
pub(crate) fn nats_hello(url: &str) -> std::io::Result<String> {
    let (credentials, address) = url.strip_prefix("nats://").unwrap().split_once('@').unwrap();
    let (user, password) = credentials.split_once(':').unwrap();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(
        stream,
        "CONNECT {{\"verbose\":false,\"pedantic\":false,\"user\":\"{user}\",\"pass\":\"{password}\"}}\r\nPING\r\n"
    )?;
    let mut lines = BufReader::new(stream).lines();
    lines.next().transpose()?;
    Ok(lines.next().transpose()?.unwrap_or_default())
}

/// Both servers in a folder. Not durable, because no test here has a power failure.
pub(crate) async fn start(scratch: &Scratch) -> Result<Sandbox, SandboxError> {
    Sandbox::start(Options { durable: false, ..Options::new(scratch.path()) }).await
}

pub(crate) fn scratch() -> Scratch {
    Scratch::new(&tools_dir()).unwrap()
}

pub(crate) fn both(sandbox: &mut Sandbox) -> (&mut PostgresServer, &mut NatsServer) {
    (sandbox.postgres.as_mut().unwrap(), sandbox.nats.as_mut().unwrap())
}

/// Pids of the postmaster and of its children.
pub(crate) fn family(postmaster: u32) -> Vec<u32> {
    processes()
        .into_iter()
        .filter(|(pid, parent, _)| *pid == postmaster || *parent == postmaster)
        .map(|(pid, ..)| pid)
        .collect()
}

/// Pid, parent and state of all processes.
pub(crate) fn processes() -> Vec<(u32, u32, String)> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid=,state="]).output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields[0].parse().unwrap(), fields[1].parse().unwrap(), fields[2].to_owned())
        })
        .collect()
}

pub(crate) fn wait_until_gone(pids: &[u32], limit: Duration) {
    let end = Instant::now() + limit;
    loop {
        let left: Vec<_> =
            processes().into_iter().filter(|(pid, _, state)| pids.contains(pid) && !state.starts_with('Z')).collect();
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < end, "still there after {limit:?}: {left:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
