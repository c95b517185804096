//! A server process: pids and signals, independent of the kind of server.

pub(crate) mod table;
pub(crate) mod watchdog;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::account::Account;
use crate::{SandboxError, files, run};
use watchdog::Tether;

/// Writes its pid to a file, closes the owner's pipe (standard output) and becomes the server. So the watchdog finds
/// every server, even if the owner is killed while starting it.
const LAUNCHER: &str = r#"echo "$$" >pid; exec "$@" >>log 2>&1"#;

/// A longer log is renamed at the next start.
const MAX_LOG_BYTES: u64 = 32 * 1024 * 1024;

const POLL_INTERVAL: Duration = Duration::from_millis(2);

#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// Its own folder. The watchdog recognises the process by this path in its arguments.
    pub(crate) folder: PathBuf,
    pub(crate) account: Account,
    pub(crate) tether: Tether,
}

/// A started server that has not been waited for yet.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid: Pid,
    folder: PathBuf,
    /// The length of the log before this start.
    pub(crate) log_start: u64,
    /// Its children, while it is paused.
    frozen: Option<Vec<Pid>>,
}

impl Launch {
    /// The server's log, which the server's user opens and appends to at each start.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Starts the server in a process group of its own, so that Ctrl-C in the terminal reaches only the owner.
    pub(crate) fn spawn(&self) -> Result<Process, SandboxError> {
        let path = self.log();
        if fs::metadata(&path).is_ok_and(|log| log.len() > MAX_LOG_BYTES) {
            fs::rename(&path, self.folder.join("log.previous")).map_err(SandboxError::io("rename", &path))?;
        }
        let log_start = fs::metadata(&path).map_or(0, |log| log.len());
        let run = |source| SandboxError::Run { program: self.program.clone(), source };
        let child = run::command(Path::new("sh"), self.account, &self.folder)
            .args(["-c", LAUNCHER, "causerie-sandbox-launcher"])
            .arg(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(self.tether.stdio().map_err(run)?)
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(run)?;
        let pid = Pid::from_raw(i32::try_from(child.id()).map_err(|_| run(io::ErrorKind::Other.into()))?);
        Ok(Process { child, pid, folder: self.folder.clone(), log_start, frozen: None })
    }
}

impl Process {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status if it has ended. Then the pid may be reused, so drop the value.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Sends a signal. The pid is not reused, because the process has not been waited for.
    pub(crate) fn signal(&self, signal: Signal) {
        let _ = kill(self.pid, signal);
    }

    /// Freezes the process and its children.
    pub(crate) fn pause(&mut self) -> Result<(), SandboxError> {
        if self.frozen.is_some() {
            return Ok(());
        }
        let children = self.freeze();
        // For the watchdog, because frozen children of a killed postmaster would never end.
        let list: Vec<String> = children.iter().map(ToString::to_string).collect();
        let list = list.join("\n") + "\n";
        let path = self.folder.join("frozen");
        files::write_private(&path, &list).map_err(SandboxError::io("write", &path))?;
        for child in &children {
            let _ = kill(*child, Signal::SIGSTOP);
        }
        self.frozen = Some(children);
        Ok(())
    }

    pub(crate) fn resume(&mut self) {
        let Some(children) = self.frozen.take() else {
            return;
        };
        for child in children {
            let _ = kill(child, Signal::SIGCONT);
        }
        self.signal(Signal::SIGCONT);
        let _ = fs::remove_file(self.folder.join("frozen"));
    }

    /// SIGKILL to the process and its children. Waits until all have ended. Postgres's children are session
    /// leaders, so a signal to the process group would not reach them.
    pub(crate) fn kill(mut self) {
        let children = self.freeze();
        for child in &children {
            let _ = kill(*child, Signal::SIGKILL);
        }
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
        let limit = Instant::now() + Duration::from_secs(5);
        while Instant::now() < limit && children.iter().any(|child| table::is_alive(*child)) {
            std::thread::sleep(POLL_INTERVAL);
        }
        let _ = fs::remove_file(self.folder.join("frozen"));
    }

    /// Stops the process itself, so that it makes no more children and reaps none, and lists those it has.
    fn freeze(&self) -> Vec<Pid> {
        self.signal(Signal::SIGSTOP);
        let limit = Instant::now() + Duration::from_secs(1);
        loop {
            let processes = table::read();
            let stopped =
                processes.iter().find(|process| process.pid == self.pid).is_none_or(table::Entry::is_inactive);
            if stopped || Instant::now() > limit {
                return processes
                    .into_iter()
                    .filter(|process| process.parent == self.pid)
                    .map(|process| process.pid)
                    .collect();
            }
            std::thread::sleep(POLL_INTERVAL);
        }
    }
}
