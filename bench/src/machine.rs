//! The machine and the Postgres settings that the figures belong to.

use std::fs;

use anyhow::ensure;
use causerie_store::Pool;
use serde::Serialize;

use crate::report;

#[derive(Debug, Serialize)]
struct Machine {
    cores: usize,
    processor: String,
    /// The load average of the last minute before the benchmark: a larger value means that other
    /// programs were running.
    load_before: f64,
    postgres: String,
    fsync: String,
    synchronous_commit: String,
    wal_sync_method: String,
    shared_buffers: String,
    release: bool,
}

/// Prints the machine as the first JSON line. Rejects a Postgres that does not sync to disk.
pub(crate) async fn report(pool: &Pool) -> anyhow::Result<()> {
    let setting = async |name: &str| {
        sqlx::query_scalar::<_, String>("SELECT current_setting($1)").bind(name).fetch_one(pool).await
    };
    let machine = Machine {
        cores: std::thread::available_parallelism()?.get(),
        processor: processor(),
        load_before: load_average(),
        postgres: setting("server_version").await?,
        fsync: setting("fsync").await?,
        synchronous_commit: setting("synchronous_commit").await?,
        wal_sync_method: setting("wal_sync_method").await?,
        shared_buffers: setting("shared_buffers").await?,
        release: !cfg!(debug_assertions),
    };
    ensure!(
        machine.fsync == "on" && machine.synchronous_commit == "on",
        "this Postgres does not sync to disk, so its figures would mean nothing"
    );
    let Machine { cores, processor, load_before, postgres, fsync, wal_sync_method, .. } = &machine;
    let build = if machine.release { "" } else { " · DEBUG BUILD: figures mean nothing" };
    report::note(&format!(
        "{cores} cores ({processor}) · load before {load_before:.2} · Postgres {postgres} · fsync {fsync} \
         ({wal_sync_method}){build}"
    ))?;
    report::json_line(&machine)
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}

fn load_average() -> f64 {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default()
}
