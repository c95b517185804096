//! Data folders that live only as long as a test or a test run.

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{SandboxError, lock, random, sandbox};

/// A folder without an owner that is older than this was left by somebody who was killed. Younger ones may be just
/// about to be locked.
const AGE: Duration = Duration::from_mins(10);

/// A new data folder under the tools folder, removed with the servers' data when it is dropped.
///
/// Not under `/tmp`: what root creates there with the usual helpers is closed to `nobody`, and a `tmpfs` there would
/// hide what the disk costs. Declare it after the [`Sandbox`](crate::Sandbox) that uses it, so that it goes last.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder, and removes those that killed processes have left.
    pub fn new(tools_dir: &Path) -> Result<Self, SandboxError> {
        let parent = tools_dir.join("run");
        let name = format!("causerie-{}", random::hex::<6>()?);
        let mut path = parent.join(&name);
        if fs::create_dir_all(&path).is_ok() {
            sweep(&parent);
        } else {
            // The tools are somebody else's, who lets us use them.
            path = env::temp_dir().join(name);
            fs::create_dir(&path).map_err(SandboxError::io("create", &path))?;
        }
        // To be passed through by the servers' user; what is inside is closed.
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
            tracing::warn!(%error, "scratch data stays behind");
        }
    }
}

fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let old = entry
            .metadata()
            .and_then(|folder| folder.modified())
            .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > AGE));
        if old && !lock::is_owned(&entry.path()) {
            // Another process may be sweeping too.
            let _ = sandbox::remove(&entry.path());
        }
    }
}
