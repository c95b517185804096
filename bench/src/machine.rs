//! What the figures were measured on.

use std::fs;

use anyhow::ensure;
use causerie_store::Pool;
use serde::Serialize;

use crate::report;

/// The machine and its Postgres.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    cores: usize,
    processor: String,
    /// Runnable tasks of the last minute, before the benchmark: more than a little means that others are at work.
    load_before: f64,
    postgres: String,
    fsync: String,
    synchronous_commit: String,
    wal_sync_method: String,
    shared_buffers: String,
    /// Built with optimisations.
    release: bool,
}

impl Machine {
    /// Asks, and begins the output with the answer, for people and for machines.
    pub(crate) async fn announce(pool: &Pool) -> anyhow::Result<Self> {
        let machine = Self::ask(pool).await?;
        report::say(&machine.line())?;
        report::line(&machine)?;
        Ok(machine)
    }

    /// Asks, and refuses a server that does not wait for its disk.
    async fn ask(pool: &Pool) -> anyhow::Result<Self> {
        let show = async |name: &str| {
            sqlx::query_scalar::<_, String>("SELECT current_setting($1)").bind(name).fetch_one(pool).await
        };
        let machine = Self {
            cores: std::thread::available_parallelism()?.get(),
            processor: processor(),
            load_before: load(),
            postgres: show("server_version").await?,
            fsync: show("fsync").await?,
            synchronous_commit: show("synchronous_commit").await?,
            wal_sync_method: show("wal_sync_method").await?,
            shared_buffers: show("shared_buffers").await?,
            release: !cfg!(debug_assertions),
        };
        ensure!(
            machine.fsync == "on" && machine.synchronous_commit == "on",
            "this Postgres does not wait for its disk; its figures would mean nothing"
        );
        Ok(machine)
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let Self { cores, processor, load_before, postgres, fsync, wal_sync_method, .. } = self;
        let build = if self.release { "" } else { " · DEBUG BUILD: figures mean nothing" };
        format!(
            "{cores} cores ({processor}) · load before {load_before:.2} · Postgres {postgres} · fsync {fsync} \
             ({wal_sync_method}){build}"
        )
    }
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

fn load() -> f64 {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default()
}
