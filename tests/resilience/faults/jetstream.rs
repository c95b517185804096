//! JetStream loses data: the stream, its folder, its last messages, or a message in its middle.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tokio::time::sleep;

use super::{Faults, Injected, RESTART_LIMIT, injected};
use crate::cluster::wait_until;

/// The guarantee is 30 s, or 60 s per 100,000 events.
const REFILL_LIMIT: Duration = Duration::from_secs(30);
const REFILL_PER_EVENT: Duration = Duration::from_micros(600);
/// A damaged stream contains at most this many messages, because they are copied one by one.
const MAX_LEFT: u64 = 500;
pub(super) const EVIDENCE: &str = "events lost and refilled";

impl Faults {
    pub(super) async fn stream_deleted(&mut self) -> Injected {
        let count = self.published().await;
        let deleted = self.cluster.delete_stream().await;
        let refilled = self.until_refilled(count).await;
        injected(
            deleted && count > 0 && refilled.is_some(),
            format!("{count} events deleted, refilled in {refilled:?}"),
        )
    }

    pub(super) async fn nats_wiped(&mut self) -> Injected {
        let count = self.published().await;
        self.cluster.servers.nats.kill();
        remove(&self.cluster.nats_store());
        sleep(self.chance.between(0, 500)).await;
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let refilled = self.until_refilled(count).await;
        injected(count > 0 && refilled.is_some(), format!("{count} events wiped, refilled in {refilled:?}"))
    }

    pub(super) async fn nats_rolled_back(&mut self) -> Injected {
        let store = self.cluster.nats_store();
        let older = store.with_extension("older");
        // The server is stopped, so that the copy is consistent.
        self.cluster.servers.nats.stop().await;
        remove(&older);
        copy(&store, &older);
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let then = self.published().await;
        self.outage_until(async |faults| faults.published().await > then).await;
        let count = self.published().await;
        self.cluster.servers.nats.kill();
        remove(&store);
        copy(&older, &store);
        remove(&older);
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let refilled = self.until_refilled(count).await;
        let details = format!("rolled back from {count} events to {then}, refilled in {refilled:?}");
        injected(count > then && refilled.is_some(), details)
    }

    /// A message in the middle is lost, and all after the first few hundred, as after damage on
    /// disk.
    pub(super) async fn hole_in_the_stream(&mut self) -> Injected {
        self.cluster.relays[1].kill().await;
        self.cluster.relays[0].kill().await;
        let count = self.published().await;
        let left = count.unsigned_abs().min(MAX_LEFT);
        let lost = self.chance.below(left.max(2) - 1) + 1;
        let damaged = self.cluster.damage_stream(left, lost).await;
        self.cluster.relays[0].start(RESTART_LIMIT).await;
        let refilled = if damaged { self.until_refilled(count).await } else { None };
        let details = format!("lost {lost} of {left} and all after them up to {count}, refilled in {refilled:?}");
        injected(refilled.is_some(), details)
    }

    /// Waits until the stream contains this many events again, without a gap. Returns how long it
    /// took.
    async fn until_refilled(&mut self, count: i64) -> Option<Duration> {
        let limit = REFILL_LIMIT + REFILL_PER_EVENT * u32::try_from(count).unwrap_or(u32::MAX);
        let refilled = wait_until(limit, async || self.cluster.stream_is_complete(count).await).await;
        if refilled.is_none() {
            self.log.broken.push(format!("JetStream lost {count} events and was not refilled within {limit:?}"));
        }
        refilled
    }
}

fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}

/// Preserves owners and modes: under root, the servers run as another user.
pub(crate) fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.is_ok_and(|status| status.success()), "cannot copy {}", from.display());
}
