//! SIGKILL of parts and of servers, and SIGTERM under load.

use std::sync::PoisonError;
use std::time::Duration;

use causerie_tests::Link;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::time::{Instant, sleep};

use super::Faults;
use crate::history::now;

const PATIENCE: Duration = Duration::from_mins(1);
/// Ours is a machine that does other things too: twice what is promised.
const HEALED: Duration = Duration::from_secs(10);
const SLOW: Duration = Duration::from_millis(150);

impl Faults {
    pub(super) async fn kill_api(&mut self) {
        self.lost();
        // With slow answers of Postgres there is more time between a commit and the answer to it.
        self.cluster.links.api_postgres.set(Link::Slow(SLOW / 2));
        sleep(SLOW * 2).await;
        self.while_sends_are_in_flight().await;
        self.until_the_log_grows().await;
        let (in_flight, node) = (self.in_flight(), self.chance.below(self.cluster.apis.len()));
        let killed_at = now();
        self.cluster.apis[node].kill().await;
        self.cluster.links.api_postgres.set(Link::Open);
        sleep(SLOW).await;
        let lost = self.lost();
        let ids: Vec<String> = lost.iter().map(ToString::to_string).collect();
        let query = format!(
            "SELECT count(*) FROM events WHERE event_type = 'MessageSent' AND recorded_at <= to_timestamp({killed_at} / 1e6)
                AND split_part(aggregate_id, '/', 2) = ANY('{{{}}}') AND recorded_at > now() - interval '1 minute'",
            ids.join(",")
        );
        let committed = self.cluster.number(&query).await.unwrap_or_default();
        self.cluster.apis[node].start(PATIENCE).await;
        let drawn =
            format!("node {node}, {in_flight} sends in flight, {} answers lost, {committed} committed", ids.len());
        self.windows.note("kill api", "a send in the log whose answer was lost", committed > 0, &drawn);
    }

    fn lost(&self) -> Vec<uuid::Uuid> {
        std::mem::take(&mut *self.calls.lost.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn while_sends_are_in_flight(&self) {
        let limit = Instant::now() + Duration::from_secs(1);
        while self.in_flight() < 4 && Instant::now() < limit {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// The answer to what is in the log just now is still on its slow way.
    async fn until_the_log_grows(&self) {
        const LAST: &str =
            "SELECT position FROM events ORDER BY epoch DESC, transaction_id DESC, position DESC LIMIT 1";
        let limit = Instant::now() + Duration::from_secs(5);
        let before = self.cluster.number(LAST).await;
        while self.cluster.number(LAST).await == before && Instant::now() < limit {
            sleep(Duration::from_millis(2)).await;
        }
    }

    pub(super) async fn kill_relay(&mut self) {
        // With slow acknowledgements: what JetStream has stored just now, the relay cannot have noted.
        self.cluster.links.relay_nats.set(Link::Slow(SLOW));
        let limit = Instant::now() + Duration::from_secs(5);
        let (mut before, mut after) = (0, 0);
        while before == after && Instant::now() < limit {
            before = self.cluster.last_published().await.unwrap_or_default();
            sleep(SLOW / 2).await;
            after = self.cluster.last_published().await.unwrap_or_default();
        }
        for relay in &mut self.cluster.relays {
            relay.kill().await;
        }
        let unpublished = self.unpublished().await;
        self.cluster.links.relay_nats.set(Link::Open);
        sleep(self.chance.between(0, 800)).await;
        self.cluster.relays[0].start(PATIENCE).await;
        let drawn = format!("{} events stored and not acknowledged, {unpublished} not stored", after - before);
        self.windows.note(
            "kill relay",
            "events stored by JetStream that the dead relay had not noted",
            after > before,
            &drawn,
        );
    }

    pub(super) async fn kill_projector(&mut self) {
        self.cluster.links.projector_nats.set(Link::Slow(SLOW));
        let limit = Instant::now() + Duration::from_secs(5);
        let mut behind = 0;
        while behind <= 0 && Instant::now() < limit {
            behind = self.behind().await;
        }
        for projector in &mut self.cluster.projectors {
            projector.kill().await;
        }
        let behind = self.behind().await;
        self.cluster.links.projector_nats.set(Link::Open);
        sleep(self.chance.between(0, 800)).await;
        self.cluster.projectors[0].start(PATIENCE).await;
        let drawn = format!("{behind} events behind");
        self.windows.note("kill projector", "delivered events that were in no checkpoint", behind > 0, &drawn);
    }

    pub(super) async fn kill_postgres(&mut self) {
        self.while_sends_are_in_flight().await;
        let in_flight = self.in_flight();
        self.cluster.postgres().kill();
        let (down, healed) = self.back_after_an_outage().await;
        let drawn = format!("{in_flight} sends in flight, {down:?} down, healed {healed:?} after its return");
        self.windows.note("kill postgres", "sends in flight at the kill", in_flight > 0, &drawn);
    }

    pub(super) async fn stop_postgres_at_once(&mut self) {
        self.while_sends_are_in_flight().await;
        let in_flight = self.in_flight();
        let postgres = self.cluster.postgres();
        let pid = std::fs::read_to_string(postgres.data_dir().join("postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next().and_then(|pid| pid.trim().parse().ok()) {
            // What `pg_ctl stop -m immediate` does.
            let _ = kill(Pid::from_raw(pid), Signal::SIGQUIT);
        }
        let limit = Instant::now() + Duration::from_secs(10);
        while postgres.is_running() && Instant::now() < limit {
            sleep(Duration::from_millis(5)).await;
        }
        let (down, healed) = self.back_after_an_outage().await;
        let drawn = format!("{in_flight} sends in flight, {down:?} down, healed {healed:?} after its return");
        self.windows.note("stop postgres at once", "sends in flight at the stop", in_flight > 0, &drawn);
    }

    async fn back_after_an_outage(&mut self) -> (Duration, Duration) {
        let down = self.outage();
        sleep(down).await;
        self.cluster.postgres().start().await.expect("Postgres starts again");
        // "Postgres killed: healed within 5 s of its return without a restart."
        let healed = self.healed_within(HEALED).await;
        (down, healed)
    }

    /// How long it takes until sends are acknowledged again; longer than the limit is a broken promise.
    pub(super) async fn healed_within(&mut self, limit: Duration) -> Duration {
        let (back, before) = (Instant::now(), self.acknowledged());
        while self.acknowledged() < before + 3 && back.elapsed() < limit * 2 {
            sleep(Duration::from_millis(20)).await;
        }
        let healed = back.elapsed();
        if healed > limit {
            self.windows.failed.push(format!("no send was acknowledged for {healed:?} after Postgres was back"));
        }
        self.cluster.start_all().await;
        healed
    }

    pub(super) async fn kill_nats(&mut self) {
        let unpublished = self.unpublished().await;
        self.cluster.servers.nats.kill();
        let before = self.acknowledged();
        let down = self.outage();
        sleep(down).await;
        let meanwhile = self.acknowledged() - before;
        self.cluster.servers.nats.start().await.expect("NATS starts again");
        let drawn =
            format!("{unpublished} unpublished before, {down:?} down, {meanwhile} sends acknowledged meanwhile");
        self.windows.note("kill nats", "sends acknowledged while NATS was down", meanwhile > 0, &drawn);
    }

    pub(super) async fn sigterm_api(&mut self) {
        self.while_sends_are_in_flight().await;
        let (in_flight, node) = (self.in_flight(), self.chance.below(self.cluster.apis.len()));
        let ended = self.cluster.apis[node].terminate().await;
        let right = matches!(ended, Some((Some(0), took)) if took <= Duration::from_secs(10));
        if !right {
            self.windows.failed.push(format!("SIGTERM under load: {ended:?} instead of exit 0 within 10 s"));
        }
        self.cluster.apis[node].start(PATIENCE).await;
        let drawn = format!("node {node}, {in_flight} sends in flight, ended {ended:?}");
        self.windows.note("sigterm api", "sends in flight at the signal", in_flight > 0, &drawn);
    }
}
