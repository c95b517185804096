//! JetStream loses what it has: the stream, its folder, or the last while of it.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Faults;

/// "Refilled to the same numbers within 30 s, 60 s per 100,000 events."
const REFILL: Duration = Duration::from_secs(30);

/// How many messages a damaged stream still has at most: they are copied one by one.
const MOST_LEFT: u64 = 500;

impl Faults {
    pub(super) async fn stream_deleted(&mut self) {
        let had = self.cluster.last_published().await.unwrap_or_default();
        let deleted = self.cluster.delete_stream().await;
        let refilled = self.refilled(had).await;
        let drawn = format!("{had} events deleted, refilled within {refilled:?}");
        self.windows.note("stream deleted", EVIDENCE, deleted && had > 0 && refilled.is_some(), &drawn);
    }

    pub(super) async fn nats_wiped(&mut self) {
        let had = self.cluster.last_published().await.unwrap_or_default();
        let store = self.cluster.nats_store();
        self.cluster.servers.nats.kill();
        remove(&store);
        sleep(self.chance.between(0, 500)).await;
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let refilled = self.refilled(had).await;
        let drawn = format!("{had} events wiped, refilled within {refilled:?}");
        self.windows.note("nats wiped", EVIDENCE, had > 0 && refilled.is_some(), &drawn);
    }

    pub(super) async fn nats_rolled_back(&mut self) {
        let store = self.cluster.nats_store();
        let older = store.with_extension("older");
        // A copy of a running server's folder would be torn.
        self.cluster.servers.nats.stop().await;
        remove(&older);
        copy(&store, &older);
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let then = self.cluster.last_published().await.unwrap_or_default();
        let (time, began) = (self.outage(), Instant::now());
        let mut had = then;
        while began.elapsed() < time || (had == then && began.elapsed() < time + Duration::from_secs(10)) {
            sleep(Duration::from_millis(50)).await;
            had = self.cluster.last_published().await.unwrap_or_default();
        }
        self.cluster.servers.nats.kill();
        remove(&store);
        copy(&older, &store);
        remove(&older);
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let refilled = self.refilled(had).await;
        let drawn = format!("rolled back from {had} events to {then}, refilled within {refilled:?}");
        self.windows.note("nats rolled back", EVIDENCE, had > then && refilled.is_some(), &drawn);
    }

    /// A message in the middle is gone, and all after the first few hundred, as after damage on disk.
    pub(super) async fn hole_in_the_stream(&mut self) {
        self.cluster.relays[1].kill().await;
        self.cluster.relays[0].kill().await;
        let had = self.cluster.last_published().await.unwrap_or_default();
        let left = had.min(MOST_LEFT);
        let lost = self.chance.below(left.max(2) - 1) + 1;
        let damaged = self.cluster.damage_stream(left, lost).await;
        self.cluster.relays[0].start(Duration::from_mins(1)).await;
        let (began, limit) = (Instant::now(), REFILL + Duration::from_micros(had * 600));
        let mut whole = false;
        while damaged && !whole && began.elapsed() < limit {
            sleep(Duration::from_millis(50)).await;
            whole = self.cluster.stream_is_complete(had).await;
        }
        let refilled = began.elapsed();
        if damaged && !whole {
            self.windows.failed.push(format!("the hole at {lost} of {had} was not filled within {limit:?}"));
        }
        let drawn = format!("number {lost} of {left}, and what came after up to {had}; filled within {refilled:?}");
        self.windows.note("hole in the stream", "a message lost in the middle and refilled", damaged && whole, &drawn);
    }

    /// How long it took until the stream had as many events again.
    async fn refilled(&mut self, had: u64) -> Option<Duration> {
        let began = Instant::now();
        let limit = REFILL + Duration::from_micros(had * 600);
        loop {
            if self.cluster.last_published().await.is_some_and(|last| last >= had) {
                return Some(began.elapsed());
            }
            if began.elapsed() > limit {
                self.windows
                    .failed
                    .push(format!("JetStream lost {had} events and had not got them back after {limit:?}"));
                return None;
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

const EVIDENCE: &str = "events lost and refilled";

fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}

/// With owners and modes: the server runs as another user when this is root.
pub(crate) fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").args([from, to]).status();
    assert!(copied.is_ok_and(|status| status.success()), "cannot copy {}", from.display());
}
