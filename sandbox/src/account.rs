//! The user that the servers run as: the current one, or `nobody` if that is root, because Postgres refuses to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::lchown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{User, getegid, geteuid};

use crate::SandboxError;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// The current user is root and this is another one.
    pub(crate) switched: bool,
}

impl Account {
    /// The current user, or `nobody` for root.
    pub(crate) fn for_servers() -> Result<Self, SandboxError> {
        if !geteuid().is_root() {
            return Ok(Self { uid: geteuid().as_raw(), gid: getegid().as_raw(), switched: false });
        }
        let nobody = User::from_name("nobody")
            .ok()
            .flatten()
            .filter(|user| !user.uid.is_root())
            .ok_or(SandboxError::NoUnprivilegedUser)?;
        Ok(Self { uid: nobody.uid.as_raw(), gid: nobody.gid.as_raw(), switched: true })
    }

    /// Makes the command run as this user. `Command::uid` also drops root's supplementary groups.
    pub(crate) fn apply(self, command: &mut Command) {
        if self.switched {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Changes the owner of a file or folder. Does not follow links, which could lead root out of the folder.
    pub(crate) fn own(self, path: &Path) -> io::Result<()> {
        if self.switched {
            lchown(path, Some(self.uid), Some(self.gid))?;
        }
        Ok(())
    }

    /// Writes a file that only this user (and root) may read.
    pub(crate) fn write_private(self, path: &Path, content: &str) -> Result<(), SandboxError> {
        crate::files::write_private(path, content).map_err(SandboxError::io("write", path))?;
        self.own(path).map_err(SandboxError::io("change the owner of", path))
    }

    /// Copies a folder with its modes, owned by this user. `fs::copy` shares the blocks where the
    /// file system can. Skips anything but files and folders; a fresh cluster has nothing else.
    pub(crate) fn copy_tree(self, from: &Path, to: &Path) -> io::Result<()> {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let target = to.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.copy_tree(&entry.path(), &target)?;
            } else if kind.is_file() {
                fs::copy(entry.path(), &target)?;
                self.own(&target)?;
            }
        }
        fs::set_permissions(to, fs::metadata(from)?.permissions())?;
        self.own(to)
    }

    /// Creates a folder that only this user may enter. Rejects one that belongs to another user.
    pub(crate) fn private_folder(self, path: &Path) -> Result<(), SandboxError> {
        use std::os::unix::fs::{DirBuilderExt, MetadataExt};
        match fs::DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => self.own(path).map_err(SandboxError::io("change the owner of", path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let uid = fs::metadata(path).map_err(SandboxError::io("read", path))?.uid();
                if uid == self.uid {
                    return Ok(());
                }
                Err(SandboxError::OtherOwner { path: path.to_owned(), uid })
            }
            Err(error) => Err(SandboxError::io("create", path)(error)),
        }
    }
}
