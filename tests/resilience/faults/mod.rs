//! The faults. Each waits until it is over, counts a hit only on evidence, and leaves nothing broken behind.

mod clients;
mod commits;
mod failover;
mod jetstream;
mod kills;
mod links;
mod pauses;

pub(crate) use jetstream::copy;

use std::sync::Arc;
use std::time::Duration;

use causerie_tests::Chance;

use crate::client::CallStats;
use crate::cluster::Cluster;
use crate::sites::TestSite;
use crate::windows::Windows;

/// Every kind of fault, under its name.
pub(crate) const KINDS: [&str; 30] = [
    "kill api",
    "kill relay",
    "kill projector",
    "kill postgres",
    "stop postgres at once",
    "kill nats",
    "pause api",
    "pause relay",
    "pause projector",
    "pause postgres",
    "pause nats",
    "two leaders",
    "late commits",
    "rollbacks",
    "end sessions",
    "cut api from postgres",
    "cut relay from nats",
    "cut others",
    "stream deleted",
    "nats wiped",
    "nats rolled back",
    "clients hang up",
    "slow readers",
    "sigterm api",
    "read models locked",
    "silent primary",
    "standby stalled",
    "dump and restore",
    "hole in the stream",
    "pooler",
];

/// What faults work with.
pub(crate) struct Faults {
    pub(crate) cluster: Cluster,
    pub(crate) calls: Arc<CallStats>,
    pub(crate) test_sites: Vec<Arc<TestSite>>,
    pub(crate) chance: Chance,
    pub(crate) windows: Windows,
    /// The longest outage, in milliseconds.
    pub(crate) longest: u64,
    /// The time limit for statements of the service.
    pub(crate) statement_timeout: Duration,
}

impl Faults {
    /// One fault, from its beginning to its end.
    pub(crate) async fn strike(&mut self, kind: &'static str) {
        match kind {
            "kill api" => self.kill_api().await,
            "kill relay" => self.kill_relay().await,
            "kill projector" => self.kill_projector().await,
            "kill postgres" => self.kill_postgres().await,
            "stop postgres at once" => self.stop_postgres_at_once().await,
            "kill nats" => self.kill_nats().await,
            "pause api" => self.pause_api().await,
            "pause relay" => self.pause_relay().await,
            "pause projector" => self.pause_projector().await,
            "pause postgres" => self.pause_postgres().await,
            "pause nats" => self.pause_nats().await,
            "two leaders" => self.two_leaders().await,
            "late commits" => self.late_commits().await,
            "rollbacks" => self.rollbacks().await,
            "end sessions" => self.end_sessions().await,
            "cut api from postgres" => self.cut_api_from_postgres().await,
            "cut relay from nats" => self.cut_relay_from_nats().await,
            "cut others" => self.cut_others().await,
            "stream deleted" => self.stream_deleted().await,
            "nats wiped" => self.nats_wiped().await,
            "nats rolled back" => self.nats_rolled_back().await,
            "clients hang up" => self.clients_hang_up().await,
            "slow readers" => self.slow_readers().await,
            "pooler" => self.pooler().await,
            "hole in the stream" => Box::pin(self.hole_in_the_stream()).await,
            "read models locked" => self.read_models_locked().await,
            "silent primary" => Box::pin(self.silent_primary()).await,
            "standby stalled" => Box::pin(self.standby_stalled()).await,
            "dump and restore" => Box::pin(self.dump_and_restore()).await,
            _ => self.sigterm_api().await,
        }
    }

    /// How long an outage lasts.
    fn outage(&mut self) -> Duration {
        let most = self.longest;
        self.chance.between((most / 4).min(1000), most)
    }

    /// Whether there are a second relay and a second projector for a while.
    pub(crate) async fn draw_second_processes(&mut self) {
        let (relay, projector) = (self.chance.one_in(2), self.chance.one_in(2));
        for (wanted, parts) in [(relay, &mut self.cluster.relays), (projector, &mut self.cluster.projectors)] {
            if wanted {
                parts[1].start(Duration::from_secs(20)).await;
            } else {
                parts[1].terminate().await;
            }
        }
        self.windows.drawn.push(format!("second relay: {relay}, second projector: {projector}"));
    }

    pub(crate) fn acknowledged(&self) -> u64 {
        self.calls.acknowledged_sends.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn in_flight(&self) -> usize {
        self.calls.sends_in_flight.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// How many events the stream has that a read model has not.
    async fn behind(&self) -> i64 {
        let published = self.cluster.last_published().await.unwrap_or_default();
        let reached = self
            .cluster
            .number("SELECT min(log_number) FROM read_models.projection_checkpoints")
            .await
            .unwrap_or_default();
        i64::try_from(published).unwrap_or_default() - reached
    }

    /// How many events the log has that the stream has not.
    async fn unpublished(&self) -> i64 {
        let events = self.cluster.number("SELECT count(*) FROM events").await.unwrap_or_default();
        let published = self.cluster.last_published().await.unwrap_or_default();
        events - i64::try_from(published).unwrap_or(i64::MAX)
    }
}
