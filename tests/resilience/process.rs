//! A process of the service that is restarted until it is ready, as an operator's supervisor does.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use causerie_tests::command;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use crate::cluster::wait_until;

#[derive(Debug)]
pub(crate) struct ServiceProcess {
    pub(crate) name: &'static str,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
    log_file: PathBuf,
    child: Option<Child>,
}

impl ServiceProcess {
    pub(crate) fn new(
        name: &'static str,
        arguments: &[&str],
        environment: &[(&'static str, String)],
        logs: &Path,
    ) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let log_file = logs.join(format!("{name}.log"));
        Self { name, arguments, environment: environment.to_vec(), log_file, child: None }
    }

    /// Starts the process, again while a server that it needs is down. Returns whether it is ready.
    pub(crate) async fn start(&mut self, limit: Duration) -> bool {
        wait_until(limit, async || self.is_running() || self.try_start().await).await.is_some()
    }

    async fn try_start(&mut self) -> bool {
        let log = OpenOptions::new().create(true).append(true).open(&self.log_file).expect("a log file");
        let mut child = command()
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        // A process that waits for a silent server is replaced by another attempt.
        let ready = matches!(timeout(Duration::from_secs(10), lines.next_line()).await, Ok(Ok(Some(_))));
        if ready {
            self.child = Some(child);
        } else {
            let _ = child.kill().await;
            sleep(Duration::from_millis(200)).await;
        }
        ready
    }

    /// Whether the process exists. It may be stopped by a signal.
    pub(crate) fn is_running(&mut self) -> bool {
        if self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None))) {
            self.child = None;
        }
        self.child.is_some()
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid().and_then(|pid| i32::try_from(pid).ok()) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill().await;
        }
    }

    /// Sends SIGTERM. Returns the exit code and how long the end took, or none if the process had
    /// to be killed.
    pub(crate) async fn terminate(&mut self) -> Option<(Option<i32>, Duration)> {
        let began = Instant::now();
        self.signal(Signal::SIGTERM);
        let mut child = self.child.take()?;
        if let Ok(Ok(status)) = timeout(Duration::from_secs(15), child.wait()).await {
            return Some((status.code(), began.elapsed()));
        }
        let _ = child.kill().await;
        None
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log_file).unwrap_or_default()
    }
}
