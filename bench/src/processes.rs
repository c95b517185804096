//! Processor time and memory of the processes of a benchmark, read from /proc. On systems without
//! /proc all figures are 0.

use std::fs;
use std::time::Instant;

use serde::Serialize;

use crate::servers::Servers;

/// The unit of the times in `/proc/<pid>/stat` on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Debug)]
pub(crate) struct Processes {
    service: Option<u32>,
    postmaster: String,
    nats: String,
}

/// Processor seconds used since the start of each process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    at: Instant,
    client: f64,
    service: f64,
    postgres: f64,
    nats: f64,
}

/// Processors used on average over a time: 1.0 is one processor all the time.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Cores {
    #[serde(rename = "client_cores")]
    pub(crate) client: f64,
    #[serde(rename = "service_cores")]
    pub(crate) service: f64,
    #[serde(rename = "postgres_cores")]
    pub(crate) postgres: f64,
    #[serde(rename = "nats_cores")]
    pub(crate) nats: f64,
}

impl Processes {
    /// `service` is the pid of the service, where it is a process of its own.
    pub(crate) fn new(servers: &Servers, service: Option<u32>) -> anyhow::Result<Self> {
        Ok(Self { service, postmaster: servers.postgres_pid()?, nats: servers.nats_pid()? })
    }

    pub(crate) fn read(&self) -> Reading {
        let seconds = |pid: &str| Stat::read(pid).map_or(0.0, |stat| stat.seconds);
        let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
        let backends = pids.filter_map(|pid| Stat::read(pid.file_name().to_str()?));
        Reading {
            at: Instant::now(),
            client: seconds("self"),
            service: self.service.map_or(0.0, |pid| seconds(&pid.to_string())),
            postgres: backends.filter(|stat| stat.parent == self.postmaster).map(|stat| stat.seconds).sum(),
            nats: seconds(&self.nats),
        }
    }

    /// The resident memory of the service in KiB.
    pub(crate) fn service_memory(&self) -> u64 {
        let pid = self.service.map(|pid| pid.to_string()).unwrap_or_default();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
    }
}

impl Reading {
    /// The cores used since an earlier reading. The time of server processes that ended in between
    /// is missing.
    pub(crate) fn cores_since(&self, before: &Self) -> Cores {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        let cores = |now: f64, before: f64| (now - before).max(0.0) / seconds;
        Cores {
            client: cores(self.client, before.client),
            service: cores(self.service, before.service),
            postgres: cores(self.postgres, before.postgres),
            nats: cores(self.nats, before.nats),
        }
    }
}

struct Stat {
    parent: String,
    seconds: f64,
}

impl Stat {
    /// `pid (name) state ppid …`; fields 14 and 15 are user and system time. The name may contain
    /// any character.
    fn read(pid: &str) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, after_name) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = after_name.split(' ').collect();
        let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
        Some(Self { parent: (*fields.get(1)?).to_owned(), seconds: ticks / TICKS_PER_SECOND })
    }
}
