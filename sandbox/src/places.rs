//! Folders of tools and data, and whether the user of the servers can enter them.
//!
//! The servers of root run as `nobody`, which cannot enter a clone under root's home. Then the files of the servers are
//! stored under [`SHELTER`], and the requested path is a symbolic link to them.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::{SandboxError, files};

/// Only for root, and only for folders that `nobody` cannot reach.
const SHELTER: &str = "/var/lib/causerie-sandbox";

/// The folder of fetched servers: `CAUSERIE_TOOLS_DIR`, else `.causerie/tools` of the workspace the current folder
/// is in (the nearest folder upwards with a `Cargo.lock` and a `sandbox/`), else of the current folder.
#[must_use]
pub fn tools_dir() -> PathBuf {
    if let Some(path) = env::var_os("CAUSERIE_TOOLS_DIR").filter(|path| !path.is_empty()) {
        return path.into();
    }
    let here = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    here.ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("sandbox").is_dir())
        .unwrap_or(&here)
        .join(".causerie/tools")
}

/// `parent` itself, or its shelter when the account cannot enter it.
pub(crate) fn reachable_parent(parent: &Path, account: Account) -> Result<PathBuf, SandboxError> {
    let parent = canonical(parent)?;
    if closed_folder(&parent, account).is_none() {
        return Ok(parent);
    }
    let shelter = Path::new(SHELTER).join(stable_hash(parent.as_os_str().as_encoded_bytes()));
    DirBuilder::new().recursive(true).mode(0o755).create(&shelter).map_err(SandboxError::io("create", &shelter))?;
    Ok(shelter)
}

/// The folder for the data `parent/name`: itself, or the target of a link in the shelter. Its parent exists; it may not
/// exist yet. The caller holds the lock on `parent`.
pub(crate) fn reachable(parent: &Path, name: &str, account: Account) -> Result<PathBuf, SandboxError> {
    let asked = canonical(parent)?.join(name);
    let real = reachable_parent(parent, account)?.join(name);
    if real == asked {
        return Ok(asked);
    }
    match fs::read_link(&asked) {
        Ok(target) if target == real => {}
        Ok(_) => return Err(unreachable(&asked, account)),
        // Not a link: created by another user, or before `nobody` lost access.
        Err(_) if fs::symlink_metadata(&asked).is_ok() => return Err(unreachable(&asked, account)),
        Err(_) => {
            // The link was removed to remove its target.
            files::remove_tree(&real).map_err(SandboxError::io("remove", &real))?;
            symlink(&real, &asked).map_err(SandboxError::io("create the link", &asked))?;
        }
    }
    Ok(real)
}

pub(crate) fn require_reachable(folder: &Path, account: Account) -> Result<(), SandboxError> {
    match closed_folder(&canonical(folder)?, account) {
        Some(path) => Err(SandboxError::Unreachable { path }),
        None => Ok(()),
    }
}

/// Removes `parent/name` and, when it is sheltered, what the link points to.
pub(crate) fn remove(parent: &Path, name: &str) -> io::Result<()> {
    let asked = parent.join(name);
    let Ok(real) = fs::read_link(&asked) else {
        return files::remove_tree(&asked);
    };
    if real.starts_with(SHELTER) {
        files::remove_tree(&real)?;
        if let Some(shelter) = real.parent() {
            // Fails while other data is in it.
            let _ = fs::remove_dir(shelter);
        }
    }
    fs::remove_file(asked)
}

/// The full path without links.
pub(crate) fn canonical(path: &Path) -> Result<PathBuf, SandboxError> {
    fs::canonicalize(path).map_err(SandboxError::io("find", path))
}

/// The first folder on the path that the account may not enter.
fn closed_folder(folder: &Path, account: Account) -> Option<PathBuf> {
    if !account.switched {
        return None;
    }
    let mut path: Vec<&Path> = folder.ancestors().collect();
    path.reverse();
    path.into_iter()
        .find(|step| {
            fs::metadata(step).map_or(true, |folder| {
                let bit = if folder.uid() == account.uid {
                    0o100
                } else if folder.gid() == account.gid {
                    0o010
                } else {
                    0o001
                };
                folder.mode() & bit == 0
            })
        })
        .map(Path::to_owned)
}

fn unreachable(asked: &Path, account: Account) -> SandboxError {
    match fs::metadata(asked).map(|found| found.uid()) {
        Ok(uid) if uid != account.uid => SandboxError::OtherOwner { path: asked.to_owned(), uid },
        _ => SandboxError::Unreachable { path: asked.to_owned() },
    }
}

/// FNV-1a, 64 bits. Does not change with the compiler, unlike the standard hasher.
pub(crate) fn stable_hash(bytes: &[u8]) -> String {
    let hash = bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
