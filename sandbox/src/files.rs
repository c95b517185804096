//! The few file operations that the standard library leaves to us.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// How much of a log an error message carries.
const TAIL: u64 = 4096;

/// Replaces a file in one step by one with mode 0600, so that nobody reads half of it and strangers nothing.
/// `create_new` follows no link that somebody may have put there.
pub(crate) fn write_private(path: &Path, content: &str) -> io::Result<()> {
    let new = path.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&new);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?.write_all(content.as_bytes())?;
    fs::rename(new, path)
}

/// Makes everything readable by everybody, whatever the umask was, and executable what lies in `bin` or `scripts`:
/// zip files unpacked by Python lose their modes.
pub(crate) fn publish_tree(folder: &Path) -> io::Result<()> {
    let programs = folder.file_name().is_some_and(|name| name == "bin" || name == "scripts");
    fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            publish_tree(&entry.path())?;
        } else {
            let mode = if programs { 0o755 } else { 0o644 };
            fs::set_permissions(entry.path(), Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// The last lines of a log written after the first `start` bytes.
pub(crate) fn tail(path: &Path, start: u64) -> String {
    let read = || -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(start.max(length.saturating_sub(TAIL))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_or_else(
        |error| format!("(cannot read it: {error})"),
        |bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned(),
    )
}

/// Removes a folder; one that is not there is fine.
pub(crate) fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
