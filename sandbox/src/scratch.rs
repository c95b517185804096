//! Data folders for the duration of a test or a test run.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::statvfs::statvfs;
use nix::unistd::geteuid;

use crate::{SandboxError, lock, random, sandbox};

/// A folder without an owner that is older than this is left from a process that was killed. Younger ones may not be
/// locked yet.
const ORPHAN_AGE: Duration = Duration::from_mins(10);
/// A file system in memory that all users may write to.
const MEMORY: &str = "/dev/shm";
/// What the servers of a whole test run may need. Containers often offer 64 MB.
const MEMORY_NEEDED: u64 = 4 << 30;

/// A new data folder, removed with the servers' data when it is dropped.
///
/// Not under `/tmp`: the user of the servers cannot enter what root creates there with the usual libraries. Declare it
/// after the [`Sandbox`](crate::Sandbox) that uses it, so that it is dropped last.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Creates the folder on the disk, under the tools folder, and removes those left from killed processes.
    pub fn new(tools_dir: &Path) -> Result<Self, SandboxError> {
        Self::under(&tools_dir.join("run"))
    }

    /// Creates the folder in memory if there is enough, else on the disk. For data that need not be durable, and a database
    /// per test: ext4 looks for a free inode past each one that was deleted within 5 s.
    pub fn in_memory(tools_dir: &Path) -> Result<Self, SandboxError> {
        match memory() {
            Some(parent) => Self::under(&parent),
            None => Self::new(tools_dir),
        }
    }

    fn under(parent: &Path) -> Result<Self, SandboxError> {
        let name = format!("causerie-{}", random::hex::<6>()?);
        let mut path = parent.join(&name);
        if fs::create_dir_all(&path).is_ok() {
            sweep(parent);
        } else {
            // The tools belong to another user.
            path = env::temp_dir().join(name);
            fs::create_dir(&path).map_err(SandboxError::io("create", &path))?;
        }
        // The user of the servers must be able to enter it. The folders in it are private.
        fs::set_permissions(&path, Permissions::from_mode(0o711)).map_err(SandboxError::io("open", &path))?;
        Ok(Self(path))
    }

    /// For [`Options::data_dir`](crate::Options::data_dir).
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = sandbox::remove(&self.0) {
            tracing::warn!(%error, "failed to remove scratch data; it is removed later");
        }
    }
}

/// This user's folder in memory, if another user has not created one under its name.
fn memory() -> Option<PathBuf> {
    let available = statvfs(MEMORY).ok().map(|stat| stat.blocks_available() * stat.fragment_size())?;
    let user = geteuid();
    let folder = Path::new(MEMORY).join(format!("causerie-{user}"));
    let mine = || fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir() && found.uid() == user.as_raw());
    let usable = available >= MEMORY_NEEDED && (mine() || fs::create_dir(&folder).is_ok() || mine());
    usable.then_some(folder)
}

fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let old = entry
            .metadata()
            .and_then(|folder| folder.modified())
            .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > ORPHAN_AGE));
        if old && !lock::is_owned(&entry.path()) {
            // Another process may be sweeping too.
            let _ = sandbox::remove(&entry.path());
        }
    }
}
