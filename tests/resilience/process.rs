//! One process of the service, looked after as a supervisor of an operator would: started again until it is ready.

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

/// A process that is to run, or is not just now.
#[derive(Debug)]
pub(crate) struct ServiceProcess {
    pub(crate) name: &'static str,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
    pub(crate) log: PathBuf,
    child: Option<Child>,
}

impl ServiceProcess {
    pub(crate) fn new(
        name: &'static str,
        arguments: &[&str],
        environment: &[(&'static str, String)],
        logs: &Path,
    ) -> Self {
        Self {
            name,
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            environment: environment.to_vec(),
            log: logs.join(format!("{name}.log")),
            child: None,
        }
    }

    /// Starts it, again and again while what it needs is not there, until it is ready. Whether it is.
    pub(crate) async fn start(&mut self, patience: Duration) -> bool {
        let limit = Instant::now() + patience;
        while !self.runs() {
            if self.try_start().await {
                return true;
            }
            if Instant::now() > limit {
                return false;
            }
            sleep(Duration::from_millis(200)).await;
        }
        true
    }

    async fn try_start(&mut self) -> bool {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).expect("a log file");
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
        // Ready, or ended, or stuck at a server that does not answer: then another try is as good.
        let ready = matches!(timeout(Duration::from_secs(10), lines.next_line()).await, Ok(Ok(Some(_))));
        if ready {
            self.child = Some(child);
        } else {
            let _ = child.kill().await;
        }
        ready
    }

    /// Whether it runs, perhaps stopped by a signal.
    pub(crate) fn runs(&mut self) -> bool {
        if self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None))) {
            self.child = None;
        }
        self.child.is_some()
    }

    /// Its process id; none when it has been seen to end.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = self.pid().and_then(|pid| i32::try_from(pid).ok());
        if let Some(pid) = pid {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    /// SIGKILL, and it is gone.
    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill().await;
        }
    }

    /// SIGTERM: how it ended, and after how long; none when it had to be killed.
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

    /// Its log so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}
