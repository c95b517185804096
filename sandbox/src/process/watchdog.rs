//! The watchdog: a shell script that stops the servers of a killed owner.
//!
//! It detects the end of the owner by the end of a pipe, which no signal can prevent.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::{SandboxError, files};

const SCRIPT: &str = include_str!("watchdog.sh");
/// Its file in the data folder.
pub(crate) const SCRIPT_NAME: &str = "watchdog.sh";
/// Slightly longer than the limit of the script.
const EXIT_TIMEOUT: Duration = Duration::from_secs(15);

/// The owner's end of the pipe. The watchdog waits while a copy is open. Copies are close-on-exec, so servers do not
/// inherit them.
#[derive(Debug, Clone)]
pub(crate) struct Tether(Arc<OwnedFd>);

impl Tether {
    /// The standard output of a server that is starting, so that the watchdog waits until its pid is written.
    pub(crate) fn stdio(&self) -> io::Result<Stdio> {
        Ok(self.0.try_clone()?.into())
    }

    fn is_last(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// The running watchdog, and with it the lock on the data folder.
#[derive(Debug)]
pub(crate) struct Watchdog {
    child: Child,
    tether: Option<Tether>,
}

impl Watchdog {
    /// Starts it for the servers below `servers`, with its script in `data_dir`. First stops the servers of an owner that
    /// was killed together with its watchdog.
    pub(crate) fn start(data_dir: &Path, servers: &Path, lock: &File) -> Result<Self, SandboxError> {
        let run = |source| SandboxError::Run { program: "sh".into(), source };
        let script = data_dir.join(SCRIPT_NAME);
        files::write_private(&script, SCRIPT).map_err(SandboxError::io("write", &script))?;
        let left_over = command(&script, servers).stdin(Stdio::null()).stdout(Stdio::null()).status().map_err(run)?;
        if !left_over.success() {
            return Err(SandboxError::StillStopping { dir: data_dir.to_owned() });
        }
        let mut child = command(&script, servers)
            .stdin(Stdio::piped())
            .stdout(lock.try_clone().map_err(run)?)
            .spawn()
            .map_err(run)?;
        let pipe = child.stdin.take().map(|stdin| stdin.as_fd().try_clone_to_owned());
        let tether = match pipe {
            Some(pipe) => Some(Tether(Arc::new(pipe.map_err(run)?))),
            None => None,
        };
        Ok(Self { child, tether })
    }

    pub(crate) fn tether(&self) -> Result<Tether, SandboxError> {
        self.tether
            .clone()
            .ok_or_else(|| SandboxError::Run { program: "sh".into(), source: io::ErrorKind::BrokenPipe.into() })
    }
}

impl Drop for Watchdog {
    /// Waits until it has stopped the servers and ended, unless a server was moved out of the sandbox.
    fn drop(&mut self) {
        let last = self.tether.take().is_none_or(|tether| tether.is_last());
        let limit = Instant::now() + EXIT_TIMEOUT;
        while last && Instant::now() < limit {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(1)),
                _ => return,
            }
        }
    }
}

/// The script is a file and not an argument, because `pgrep -f postgres` would find an argument that contains that word.
fn command(script: &Path, servers: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args([script, servers])
        .stderr(Stdio::null())
        // A group of its own, so that Ctrl-C in the terminal reaches only the owner.
        .process_group(0);
    command
}
