//! Metrics of the process, measured at each scrape.

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; sizes stay below 2^53")]
pub(super) fn publish(waiting: usize, (open, idle): (usize, usize)) {
    metrics::gauge!("causerie_append_queue_length").set(waiting as f64);
    metrics::gauge!("causerie_database_connections", "state" => "idle").set(idle as f64);
    metrics::gauge!("causerie_database_connections", "state" => "busy").set(open.saturating_sub(idle) as f64);
    if let Some(bytes) = resident_memory() {
        metrics::gauge!("causerie_process_resident_memory_bytes").set(bytes as f64);
    }
}

/// Linux only.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
