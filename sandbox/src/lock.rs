//! File locks: one at a time in the tools folder, one owner per data folder.
//!
//! The lock of a data folder belongs to the open file, not to the process. The owner's watchdog holds the same open
//! file, so the folder stays locked while the watchdog of a killed owner is still stopping the servers, and is free
//! at the moment they are gone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::kill;
use nix::unistd::Pid;

use crate::SandboxError;

/// The lock's file in a data folder; it holds the owner's pid.
pub(crate) const NAME: &str = "sandbox.lock";
/// How long the watchdog of a dead owner may take; it needs 14 s at most (`watchdog.sh`).
const LIMIT: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(20);

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

/// Waits until nobody else holds this lock. It ends when the file is dropped.
pub(crate) fn wait_for(path: &Path) -> Result<File, SandboxError> {
    let file = open(path)?;
    file.lock().map_err(SandboxError::io("lock", path))?;
    Ok(file)
}

/// Becomes the owner of a data folder, or says who is. Waits for the servers of a dead owner to be stopped.
pub(crate) fn own(dir: &Path) -> Result<File, SandboxError> {
    let path = dir.join(NAME);
    let mut file = open(&path)?;
    let limit = Instant::now() + LIMIT;
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
        std::thread::sleep(POLL);
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| write!(file, "{}", std::process::id()))
        .map_err(SandboxError::io("write", &path))?;
    Ok(file)
}

/// Whether some process owns the folder now, or stops its dead owner's servers.
pub(crate) fn is_owned(dir: &Path) -> bool {
    File::open(dir.join(NAME)).is_ok_and(|file| is_held(&file))
}

/// The live owner of the folder.
pub(crate) fn owner(dir: &Path) -> Option<u32> {
    let mut file = File::open(dir.join(NAME)).ok()?;
    is_held(&file).then(|| live_owner(&mut file)).flatten()
}

fn is_held(file: &File) -> bool {
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// The process named in a lock file, if it lives.
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
