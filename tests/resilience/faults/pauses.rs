//! SIGSTOP and SIGCONT: what is paused does not know that time has passed.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::{Instant, sleep};

use super::Faults;
use crate::history::now;

/// Who holds the relay's lock.
const LEADER: &str = "SELECT coalesce(max(pid), 0)::bigint FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 7301 AND objid = 2 AND granted";
const END_LEADER: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 7301 AND objid = 2 AND granted";

impl Faults {
    pub(super) async fn pause_api(&mut self) {
        let (in_flight, node) = (self.in_flight(), self.chance.below(self.cluster.apis.len()));
        let (began, pause) = (now(), self.outage());
        self.cluster.apis[node].signal(Signal::SIGSTOP);
        sleep(pause).await;
        self.cluster.apis[node].signal(Signal::SIGCONT);
        // And a little while to answer what has queued up.
        self.windows.frozen.push((node, began, now() + 2_000_000));
        let drawn = format!("node {node}, {in_flight} sends in flight, {pause:?}");
        self.windows.note("pause api", "sends in flight at the pause", in_flight > 0, &drawn);
    }

    pub(super) async fn pause_relay(&mut self) {
        let (before, pause) = (self.cluster.last_published().await, self.outage());
        for relay in &self.cluster.relays {
            relay.signal(Signal::SIGSTOP);
        }
        sleep(pause).await;
        let unpublished = self.unpublished().await;
        for relay in &self.cluster.relays {
            relay.signal(Signal::SIGCONT);
        }
        let drawn = format!("{pause:?}, {unpublished} events waited, the stream was at {before:?}");
        self.windows.note("pause relay", "events that waited for the paused relay", unpublished > 0, &drawn);
    }

    pub(super) async fn pause_projector(&mut self) {
        let pause = self.outage();
        for projector in &self.cluster.projectors {
            projector.signal(Signal::SIGSTOP);
        }
        sleep(pause).await;
        let behind = self.behind().await;
        for projector in &self.cluster.projectors {
            projector.signal(Signal::SIGCONT);
        }
        let drawn = format!("{pause:?}, {behind} events behind");
        self.windows.note("pause projector", "events that waited for the paused projector", behind > 0, &drawn);
    }

    pub(super) async fn pause_postgres(&mut self) {
        let (in_flight, pause) = (self.in_flight(), self.outage());
        self.cluster.postgres().pause().expect("Postgres can be paused");
        sleep(pause).await;
        self.cluster.postgres().resume();
        let drawn = format!("{in_flight} sends in flight, {pause:?}");
        self.windows.note("pause postgres", "sends in flight at the pause", in_flight > 0, &drawn);
        self.cluster.start_all().await;
    }

    pub(super) async fn pause_nats(&mut self) {
        let (before, pause) = (self.acknowledged(), self.outage());
        self.cluster.servers.nats.pause().expect("NATS can be paused");
        sleep(pause).await;
        self.cluster.servers.nats.resume();
        let meanwhile = self.acknowledged() - before;
        let drawn = format!("{pause:?}, {meanwhile} sends acknowledged meanwhile");
        self.windows.note("pause nats", "sends acknowledged while NATS was paused", meanwhile > 0, &drawn);
    }

    /// A leader is paused, loses its lock, another one leads and publishes, and the first one comes back.
    pub(super) async fn two_leaders(&mut self) {
        self.cluster.relays[1].start(Duration::from_secs(30)).await;
        let first = self.leading();
        let old = self.cluster.number(LEADER).await.unwrap_or_default();
        self.cluster.relays[first].signal(Signal::SIGSTOP);
        let _ = self.cluster.number(END_LEADER).await;
        let limit = Instant::now() + Duration::from_secs(5);
        let mut new = 0;
        while (new == 0 || new == old) && Instant::now() < limit {
            sleep(Duration::from_millis(50)).await;
            new = self.cluster.number(LEADER).await.unwrap_or_default();
        }
        let before = self.cluster.last_published().await.unwrap_or_default();
        sleep(self.chance.between(300, 1500)).await;
        let published = self.cluster.last_published().await.unwrap_or_default().saturating_sub(before);
        self.cluster.relays[first].signal(Signal::SIGCONT);
        let hit = new != 0 && new != old && published > 0;
        let drawn = format!("relay-{first} paused, {published} events published by the other");
        self.windows.note("two leaders", "the other relay published while the old leader slept", hit, &drawn);
        sleep(Duration::from_millis(500)).await;
        if self.chance.one_in(2) {
            self.cluster.relays[1].kill().await;
            self.cluster.relays[0].start(Duration::from_secs(30)).await;
        }
    }

    /// Which relay said last that it leads.
    fn leading(&self) -> usize {
        let last = |relay: &crate::process::ServiceProcess| {
            let said = relay.said();
            said.lines()
                .rev()
                .find(|line| line.contains("relay leads"))
                .map(|line| line[..line.len().min(27)].to_owned())
        };
        usize::from(last(&self.cluster.relays[1]) > last(&self.cluster.relays[0]))
    }
}
