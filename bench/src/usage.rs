//! Who used the processors: this process, and all of Postgres. Linux only; elsewhere the figures are missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a tick is in /proc on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor seconds used so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) client: f64,
    pub(crate) server: f64,
}

/// Reads usage.
#[derive(Debug)]
pub(crate) struct Meter {
    postmaster: Option<String>,
}

impl Meter {
    pub(crate) fn new(data_dir: &Path) -> Self {
        let file = fs::read_to_string(data_dir.join("postmaster.pid")).ok();
        Self { postmaster: file.and_then(|file| file.lines().next().map(str::to_owned)) }
    }

    pub(crate) fn read(&self) -> Option<Usage> {
        let client = Process::read(&PathBuf::from("/proc/self/stat"))?.seconds;
        let postmaster = self.postmaster.as_ref()?;
        let processes = fs::read_dir("/proc").ok()?.flatten();
        let backends = processes.filter_map(|process| Process::read(&process.path().join("stat")));
        let server = backends.filter(|process| process.parent == *postmaster).map(|process| process.seconds).sum();
        Some(Usage { client, server })
    }
}

impl Usage {
    /// Cores used between two readings: by this process, by Postgres. Server processes that ended in between are missed.
    pub(crate) fn cores_since(self, before: Self, elapsed: Duration) -> (f64, f64) {
        let seconds = elapsed.as_secs_f64();
        ((self.client - before.client) / seconds, (self.server - before.server).max(0.0) / seconds)
    }
}

/// Of one process.
pub(crate) fn seconds(stat: &Path) -> Option<f64> {
    Process::read(stat).map(|process| process.seconds)
}

struct Process {
    parent: String,
    seconds: f64,
}

impl Process {
    /// `pid (name) state ppid …`, where 14 and 15 are user and system time; a name may hold anything.
    fn read(stat: &Path) -> Option<Self> {
        let text = fs::read_to_string(stat).ok()?;
        let (_, after_name) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
        Some(Self { parent: (*fields.get(1)?).to_owned(), seconds: ticks / TICKS_PER_SECOND })
    }
}
