//! SIGKILL of processes and servers, and SIGTERM under load.

use std::time::Duration;

use causerie_tests::Link;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::sleep;

use super::{EVIDENCE_LIMIT, Faults, Injected, RESTART_LIMIT, injected};
use crate::cluster::wait_until;
use crate::history::now;

/// The guarantee is 5 s. The rest is for a machine that does other things too.
const RECOVERY_LIMIT: Duration = Duration::from_secs(10);
const DELAY: Duration = Duration::from_millis(150);
const LAST_POSITION: &str =
    "SELECT position FROM events ORDER BY epoch DESC, transaction_id DESC, position DESC LIMIT 1";

impl Faults {
    pub(super) async fn kill_api(&mut self) -> Injected {
        self.calls.take_unanswered();
        // A slow connection to Postgres extends the time between a commit and its response.
        self.cluster.api_links.postgres.set(Link::Slow(DELAY / 2));
        sleep(DELAY * 2).await;
        let sends_in_flight = self.until_sends_are_in_flight().await;
        let last = self.cluster.number(LAST_POSITION).await;
        wait_until(EVIDENCE_LIMIT, async || self.cluster.number(LAST_POSITION).await != last).await;
        let node = self.chance.below(self.cluster.apis.len());
        let killed_at = now();
        self.cluster.apis[node].kill().await;
        self.cluster.api_links.postgres.set(Link::Open);
        sleep(DELAY).await;
        let unanswered: Vec<String> = self.calls.take_unanswered().iter().map(ToString::to_string).collect();
        let query = format!(
            "SELECT count(*) FROM events WHERE event_type = 'MessageSent' AND recorded_at <= to_timestamp({killed_at} / 1e6)
                AND split_part(aggregate_id, '/', 2) = ANY('{{{}}}') AND recorded_at > now() - interval '1 minute'",
            unanswered.join(",")
        );
        let committed = self.cluster.number(&query).await.unwrap_or_default();
        self.cluster.apis[node].start(RESTART_LIMIT).await;
        let responses_lost = unanswered.len();
        let details = format!(
            "node {node}, {sends_in_flight} sends in flight, {responses_lost} responses lost, {committed} sends committed"
        );
        injected(committed > 0, details)
    }

    pub(super) async fn kill_relay(&mut self) -> Injected {
        // With slow acknowledgements, the relay cannot have recorded what JetStream has just
        // stored.
        self.cluster.relay_links.nats.set(Link::Slow(DELAY));
        let mut stored = 0;
        let is_storing = async || {
            let before = self.published().await;
            sleep(DELAY / 2).await;
            stored = self.published().await - before;
            stored > 0
        };
        wait_until(EVIDENCE_LIMIT, is_storing).await;
        for relay in &mut self.cluster.relays {
            relay.kill().await;
        }
        let unpublished = self.unpublished().await;
        self.cluster.relay_links.nats.set(Link::Open);
        sleep(self.chance.between(0, 800)).await;
        self.cluster.relays[0].start(RESTART_LIMIT).await;
        injected(stored > 0, format!("{stored} events stored and not acknowledged, {unpublished} not stored"))
    }

    pub(super) async fn kill_projector(&mut self) -> Injected {
        self.cluster.projector_links.nats.set(Link::Slow(DELAY));
        wait_until(EVIDENCE_LIMIT, async || self.behind().await > 0).await;
        for projector in &mut self.cluster.projectors {
            projector.kill().await;
        }
        let behind = self.behind().await;
        self.cluster.projector_links.nats.set(Link::Open);
        sleep(self.chance.between(0, 800)).await;
        self.cluster.projectors[0].start(RESTART_LIMIT).await;
        injected(behind > 0, format!("{behind} events behind"))
    }

    pub(super) async fn kill_postgres(&mut self) -> Injected {
        let in_flight = self.until_sends_are_in_flight().await;
        self.cluster.primary_mut().kill();
        self.restart_postgres(in_flight).await
    }

    /// What `pg_ctl stop -m immediate` does.
    pub(super) async fn stop_postgres_at_once(&mut self) -> Injected {
        let in_flight = self.until_sends_are_in_flight().await;
        let postgres = self.cluster.primary_mut();
        let pid = std::fs::read_to_string(postgres.data_dir().join("postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next().and_then(|pid| pid.trim().parse().ok()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
        }
        wait_until(EVIDENCE_LIMIT, async || !postgres.is_running()).await;
        self.restart_postgres(in_flight).await
    }

    async fn restart_postgres(&mut self, in_flight: usize) -> Injected {
        let down = self.outage();
        sleep(down).await;
        self.cluster.primary_mut().start().await.expect("Postgres starts again");
        let recovered = self.until_sends_succeed(RECOVERY_LIMIT).await;
        let details = format!("{in_flight} sends in flight, {down:?} down, recovered {recovered:?} after its return");
        injected(in_flight > 0, details)
    }

    pub(super) async fn kill_nats(&mut self) -> Injected {
        let unpublished = self.unpublished().await;
        self.cluster.servers.nats.kill();
        let (down, sends) = self.outage_until_sends().await;
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let details = format!("{unpublished} unpublished before, {down:?} down, {sends} sends acknowledged meanwhile");
        injected(sends > 0, details)
    }

    pub(super) async fn sigterm_api(&mut self) -> Injected {
        let in_flight = self.until_sends_are_in_flight().await;
        let node = self.chance.below(self.cluster.apis.len());
        let ended = self.cluster.apis[node].terminate().await;
        if !matches!(ended, Some((Some(0), took)) if took <= Duration::from_secs(10)) {
            self.log.broken.push(format!("SIGTERM under load: {ended:?} instead of exit 0 within 10 s"));
        }
        self.cluster.apis[node].start(RESTART_LIMIT).await;
        injected(in_flight > 0, format!("node {node}, {in_flight} sends in flight, ended {ended:?}"))
    }
}
