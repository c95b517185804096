//! File locks: one at a time in the tools folder, one owner per data folder.
//!
//! The lock of a data folder belongs to the open file, not to the process. The owner's watchdog holds the same open
//! file, so the folder stays locked until the watchdog of a killed owner has stopped the servers.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::SandboxError;

/// The lock's file in a data folder; it holds the owner's pid.
pub(crate) const LOCK_NAME: &str = "sandbox.lock";
/// How long to wait for the watchdog of an owner that has ended; it needs 14 s at most (`watchdog.sh`).
const WATCHDOG_TIMEOUT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

fn open(path: &Path) -> Result<File, SandboxError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(SandboxError::io("open the lock", path))
}

/// Waits for this lock. Dropping the file releases it.
pub(crate) fn wait_for(path: &Path) -> Result<File, SandboxError> {
    let file = open(path)?;
    file.lock().map_err(SandboxError::io("lock", path))?;
    Ok(file)
}

/// Becomes the owner of a data folder. Waits until the servers of an owner that has ended are stopped.
pub(crate) fn own(dir: &Path) -> Result<File, SandboxError> {
    let path = dir.join(LOCK_NAME);
    let mut file = open(&path)?;
    let limit = Instant::now() + WATCHDOG_TIMEOUT;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(source)) => return Err(SandboxError::io("lock", &path)(source)),
        }
        if let Some(pid) = live_owner(&mut file) {
            return Err(SandboxError::AlreadyRunning { dir: dir.to_owned(), pid });
        }
        if Instant::now() > limit {
            return Err(SandboxError::StillStopping { dir: dir.to_owned() });
        }
        std::thread::sleep(POLL_INTERVAL);
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(SandboxError::io("write", &path))?;
    Ok(file)
}

/// Whether a process owns the folder, or a watchdog is stopping the servers of its owner.
pub(crate) fn is_owned(dir: &Path) -> bool {
    File::open(dir.join(LOCK_NAME)).is_ok_and(|file| is_held(&file))
}

/// The process id of the folder's owner, if it runs.
pub(crate) fn owner(dir: &Path) -> Option<u32> {
    let mut file = File::open(dir.join(LOCK_NAME)).ok()?;
    is_held(&file).then(|| live_owner(&mut file)).flatten()
}

fn is_held(file: &File) -> bool {
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn live_owner(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    let pid: u32 = text.trim().parse().ok()?;
    let alive = match kill(Pid::from_raw(i32::try_from(pid).ok()?), None) {
        Ok(()) => true,
        Err(error) => error == nix::Error::EPERM,
    };
    alive.then_some(pid)
}
