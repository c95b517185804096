//! The faults. Each reports whether its window was hit, on evidence only, and repairs what it
//! broke.

mod clients;
mod commits;
mod failover;
mod jetstream;
mod kills;
mod links;
mod pauses;

pub(crate) use jetstream::copy;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use causerie_tests::Chance;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use tokio::time::{Instant, sleep, timeout};

use crate::client::CallStats;
use crate::cluster::{Cluster, wait_until};
use crate::sites::TestSite;

/// How long a fault waits for the evidence that its window was hit.
const EVIDENCE_LIMIT: Duration = Duration::from_secs(10);
const FAULT_LIMIT: Duration = Duration::from_mins(3);
/// The time limit for a process to become ready again.
const RESTART_LIMIT: Duration = Duration::from_mins(1);

type Inject = for<'a> fn(&'a mut Faults) -> LocalBoxFuture<'a, Injected>;

/// Each kind of fault: its name, the evidence that counts as a hit of its window, and the function
/// that injects it.
#[rustfmt::skip]
const FAULTS: [(&str, &str, Inject); 30] = [
    ("kill api", "a send in the log whose response was lost", |f| f.kill_api().boxed_local()),
    ("kill relay", "events stored by JetStream that the killed relay had not recorded", |f| f.kill_relay().boxed_local()),
    ("kill projector", "delivered events that were in no checkpoint", |f| f.kill_projector().boxed_local()),
    ("kill postgres", "sends in flight at the kill", |f| f.kill_postgres().boxed_local()),
    ("stop postgres at once", "sends in flight at the stop", |f| f.stop_postgres_at_once().boxed_local()),
    ("kill nats", "sends acknowledged while NATS was down", |f| f.kill_nats().boxed_local()),
    ("pause api", "sends in flight at the pause", |f| f.pause_api().boxed_local()),
    ("pause relay", "events that waited for the paused relay", |f| f.pause_relay().boxed_local()),
    ("pause projector", "events that waited for the paused projector", |f| f.pause_projector().boxed_local()),
    ("pause postgres", "sends in flight at the pause", |f| f.pause_postgres().boxed_local()),
    ("pause nats", "sends acknowledged while NATS was paused", |f| f.pause_nats().boxed_local()),
    ("two leaders", "the second relay published while the old leader was paused", |f| f.two_leaders().boxed_local()),
    ("late commits", "appends that committed after a later one", |f| f.late_commits().boxed_local()),
    ("rollbacks", "appends that rolled back", |f| f.rollbacks().boxed_local()),
    ("end sessions", "a session ended while it appended", |f| f.end_sessions().boxed_local()),
    ("cut api from postgres", links::EVIDENCE, |f| f.cut_api_from_postgres().boxed_local()),
    ("cut relay from nats", links::EVIDENCE, |f| f.cut_relay_from_nats().boxed_local()),
    ("cut others", links::EVIDENCE, |f| f.cut_others().boxed_local()),
    ("stream deleted", jetstream::EVIDENCE, |f| f.stream_deleted().boxed_local()),
    ("nats wiped", jetstream::EVIDENCE, |f| f.nats_wiped().boxed_local()),
    ("nats rolled back", jetstream::EVIDENCE, |f| f.nats_rolled_back().boxed_local()),
    ("clients hang up", "sends whose client had hung up", |f| f.clients_hang_up().boxed_local()),
    ("slow readers", "slow streams open while sends went on", |f| f.slow_readers().boxed_local()),
    ("sigterm api", "sends in flight at the signal", |f| f.sigterm_api().boxed_local()),
    ("read models locked", "sessions that waited while sends went on", |f| f.read_models_locked().boxed_local()),
    ("silent primary", "sends in flight when the primary fell silent", |f| f.silent_primary().boxed_local()),
    ("standby stalled", "commits that waited for the stalled standby", |f| f.standby_stalled().boxed_local()),
    ("dump and restore", "events with future transaction ids, and sends after them", |f| f.dump_and_restore().boxed_local()),
    ("hole in the stream", "a message lost in the middle and refilled", |f| f.hole_in_the_stream().boxed_local()),
    ("pooler", "sends acknowledged through it", |f| f.pooler().boxed_local()),
];

pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    FAULTS.into_iter().map(|(kind, ..)| kind)
}

struct Injected {
    hit: bool,
    details: String,
}

const fn injected(hit: bool, details: String) -> Injected {
    Injected { hit, details }
}

/// How often a kind of fault was injected, and how often there was evidence that its window was
/// hit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Window {
    pub(crate) injected: u64,
    pub(crate) hit: u64,
    pub(crate) evidence: &'static str,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FaultLog {
    pub(crate) windows: BTreeMap<&'static str, Window>,
    pub(crate) injected: Vec<String>,
    /// The API processes that were stopped by a signal, and from when to when. Their calls have no
    /// time limit meanwhile.
    pub(crate) paused: Vec<(usize, u64, u64)>,
    /// Guarantees that did not hold during a fault or its repair.
    pub(crate) broken: Vec<String>,
}

impl FaultLog {
    pub(crate) fn hits(&self, kind: &str) -> u64 {
        self.windows.get(kind).map_or(0, |window| window.hit)
    }
}

pub(crate) struct Faults {
    pub(crate) cluster: Cluster,
    pub(crate) calls: Arc<CallStats>,
    pub(crate) test_sites: Vec<Arc<TestSite>>,
    pub(crate) chance: Chance,
    pub(crate) log: FaultLog,
    /// The longest outage, in milliseconds.
    pub(crate) longest: u64,
    pub(crate) statement_timeout: Duration,
}

impl Faults {
    pub(crate) async fn inject(&mut self, kind: &'static str) {
        let (_, evidence, inject) = FAULTS.into_iter().find(|(name, ..)| *name == kind).expect("a kind of fault");
        let Ok(Injected { hit, details }) = timeout(FAULT_LIMIT, inject(self)).await else {
            return self.log.broken.push(format!("{kind}: not over after {FAULT_LIMIT:?}"));
        };
        let window = self.log.windows.entry(kind).or_default();
        window.injected += 1;
        window.hit += u64::from(hit);
        window.evidence = evidence;
        self.log.injected.push(format!("{kind}: {details}{}", if hit { "" } else { " (window missed)" }));
    }

    /// Starts or stops the second relay and the second projector.
    pub(crate) async fn draw_second_processes(&mut self) {
        let (relay, projector) = (self.chance.one_in(2), self.chance.one_in(2));
        for (wanted, processes) in [(relay, &mut self.cluster.relays), (projector, &mut self.cluster.projectors)] {
            if wanted {
                processes[1].start(Duration::from_secs(20)).await;
            } else {
                processes[1].terminate().await;
            }
        }
        self.log.injected.push(format!("second relay: {relay}, second projector: {projector}"));
    }

    fn outage(&mut self) -> Duration {
        self.chance.between((self.longest / 4).min(1000), self.longest)
    }

    /// Waits for as long as an outage lasts, and then for the evidence that its window was hit.
    /// Returns how long that took.
    async fn outage_until(&mut self, mut evidence: impl AsyncFnMut(&Self) -> bool) -> Duration {
        let began = Instant::now();
        sleep(self.outage()).await;
        wait_until(EVIDENCE_LIMIT, async || evidence(self).await).await;
        began.elapsed()
    }

    /// As [`Faults::outage_until`] a send is acknowledged. Returns the number of acknowledged sends
    /// as well.
    async fn outage_until_sends(&mut self) -> (Duration, u64) {
        let before = self.acknowledged();
        let time = self.outage_until(async |faults| faults.acknowledged() > before).await;
        (time, self.acknowledged() - before)
    }

    pub(crate) fn acknowledged(&self) -> u64 {
        self.calls.acknowledged_sends.load(Ordering::Relaxed)
    }

    fn in_flight(&self) -> usize {
        self.calls.sends_in_flight.load(Ordering::Relaxed)
    }

    /// Waits for a few sends in flight. Returns their number.
    async fn until_sends_are_in_flight(&self) -> usize {
        wait_until(Duration::from_secs(1), async || self.in_flight() >= 4).await;
        self.in_flight()
    }

    async fn published(&self) -> i64 {
        self.cluster.last_published().await.unwrap_or_default()
    }

    /// The number of published events that a read model does not contain.
    async fn behind(&self) -> i64 {
        self.published().await - self.cluster.checkpoint().await.unwrap_or_default()
    }

    async fn unpublished(&self) -> i64 {
        self.cluster.event_count().await.unwrap_or_default() - self.published().await
    }

    /// Waits until sends are acknowledged again, and starts the processes that have ended. Returns
    /// how long the sends took.
    async fn until_sends_succeed(&mut self, limit: Duration) -> Duration {
        let (began, before) = (Instant::now(), self.acknowledged());
        wait_until(limit * 2, async || self.acknowledged() >= before + 3).await;
        let took = began.elapsed();
        if took > limit {
            self.log.broken.push(format!("no send was acknowledged for {took:?} after Postgres was available again"));
        }
        self.cluster.start_stopped().await;
        took
    }
}
