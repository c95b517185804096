//! The watchdog: a small shell that outlives a killed owner just long enough to stop its servers.
//!
//! It notices the owner's death by the end of a pipe, which no signal can prevent.

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
/// A little more than the script's own limit.
const LIMIT: Duration = Duration::from_secs(15);

/// The end of the pipe that the owner holds. While a copy is open anywhere, the watchdog waits. Copies are
/// close-on-exec, so servers do not carry them on.
#[derive(Debug, Clone)]
pub(crate) struct Tether(Arc<OwnedFd>);

impl Tether {
    /// For the standard output of a server that is being started: the watchdog waits until its pid is written down.
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
    /// Starts it for the servers below `servers`; its script goes to `data_dir`. First stops what is left of an owner
    /// that was killed together with its watchdog.
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

    /// What servers are tied to.
    pub(crate) fn tether(&self) -> Result<Tether, SandboxError> {
        self.tether
            .clone()
            .ok_or_else(|| SandboxError::Run { program: "sh".into(), source: io::ErrorKind::BrokenPipe.into() })
    }
}

impl Drop for Watchdog {
    /// Lets it do its work (which is none when the servers are stopped) and waits for its end, unless a server has
    /// been moved out of the sandbox and lives on.
    fn drop(&mut self) {
        let last = self.tether.take().is_none_or(|tether| tether.is_last());
        let limit = Instant::now() + LIMIT;
        while last && Instant::now() < limit {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(1)),
                _ => return,
            }
        }
    }
}

/// The script is a file and not an argument, because `ps` and `pgrep -f` show arguments: what speaks of Postgres
/// there should be Postgres.
fn command(script: &Path, servers: &Path) -> Command {
    let mut command = Command::new("sh");
    command
        .args([script, servers])
        .stderr(Stdio::null())
        // Its own group: Ctrl-C in the terminal is for the owner.
        .process_group(0);
    command
}
