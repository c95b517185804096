//! SIGSTOP and SIGCONT: a paused process does not know that time has passed.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::sleep;

use super::{EVIDENCE_LIMIT, Faults, Injected, injected};
use crate::cluster::wait_until;
use crate::history::now;
use crate::process::ServiceProcess;

/// The session with the lock of the relay.
const LEADER: &str = "SELECT coalesce(max(pid), 0)::bigint FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 7301 AND objid = 2 AND granted";
const END_LEADER: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 7301 AND objid = 2 AND granted";
/// The length of the timestamp of a log line.
const TIMESTAMP: usize = 27;

fn signal_all(processes: &[ServiceProcess], signal: Signal) {
    for process in processes {
        process.signal(signal);
    }
}

impl Faults {
    pub(super) async fn pause_api(&mut self) -> Injected {
        let in_flight = self.until_sends_are_in_flight().await;
        let (node, began, pause) = (self.chance.below(self.cluster.apis.len()), now(), self.outage());
        self.cluster.apis[node].signal(Signal::SIGSTOP);
        sleep(pause).await;
        self.cluster.apis[node].signal(Signal::SIGCONT);
        // With two seconds for the requests that have accumulated.
        self.log.paused.push((node, began, now() + 2_000_000));
        injected(in_flight > 0, format!("node {node}, {in_flight} sends in flight, {pause:?}"))
    }

    pub(super) async fn pause_relay(&mut self) -> Injected {
        let published = self.published().await;
        signal_all(&self.cluster.relays, Signal::SIGSTOP);
        let pause = self.outage_until(async |faults| faults.unpublished().await > 0).await;
        let unpublished = self.unpublished().await;
        signal_all(&self.cluster.relays, Signal::SIGCONT);
        injected(unpublished > 0, format!("{pause:?}, {unpublished} events waited after number {published}"))
    }

    pub(super) async fn pause_projector(&mut self) -> Injected {
        signal_all(&self.cluster.projectors, Signal::SIGSTOP);
        let pause = self.outage_until(async |faults| faults.behind().await > 0).await;
        let behind = self.behind().await;
        signal_all(&self.cluster.projectors, Signal::SIGCONT);
        injected(behind > 0, format!("{pause:?}, {behind} events behind"))
    }

    pub(super) async fn pause_postgres(&mut self) -> Injected {
        let (in_flight, pause) = (self.until_sends_are_in_flight().await, self.outage());
        self.cluster.primary_mut().pause().expect("Postgres can be paused");
        sleep(pause).await;
        self.cluster.primary_mut().resume();
        self.cluster.start_stopped().await;
        injected(in_flight > 0, format!("{in_flight} sends in flight, {pause:?}"))
    }

    pub(super) async fn pause_nats(&mut self) -> Injected {
        self.cluster.servers.nats.pause().expect("NATS can be paused");
        let (pause, sends) = self.outage_until_sends().await;
        self.cluster.servers.nats.resume();
        injected(sends > 0, format!("{pause:?}, {sends} sends acknowledged meanwhile"))
    }

    /// A leader is paused and loses its lock. Another relay leads and publishes, and the old leader
    /// continues.
    pub(super) async fn two_leaders(&mut self) -> Injected {
        self.cluster.relays[1].start(Duration::from_secs(30)).await;
        let first = self.last_leader();
        let old = self.leader_session().await;
        self.cluster.relays[first].signal(Signal::SIGSTOP);
        let _ = self.cluster.number(END_LEADER).await;
        let replaced = wait_until(EVIDENCE_LIMIT, async || ![0, old].contains(&self.leader_session().await)).await;
        let before = self.published().await;
        sleep(self.chance.between(300, 1500)).await;
        wait_until(EVIDENCE_LIMIT, async || replaced.is_none() || self.published().await > before).await;
        let published = self.published().await - before;
        self.cluster.relays[first].signal(Signal::SIGCONT);
        sleep(Duration::from_millis(500)).await;
        if self.chance.one_in(2) {
            self.cluster.relays[1].kill().await;
            self.cluster.relays[0].start(Duration::from_secs(30)).await;
        }
        let details = format!("relay-{first} paused, {published} events published by the other relay");
        injected(replaced.is_some() && published > 0, details)
    }

    async fn leader_session(&self) -> i64 {
        self.cluster.number(LEADER).await.unwrap_or_default()
    }

    /// The relay that was the last to log that it leads.
    fn last_leader(&self) -> usize {
        let last = |relay: &ServiceProcess| {
            let log = relay.log();
            let line = log.lines().rev().find(|line| line.contains("relay leads"))?;
            line.get(..TIMESTAMP).map(str::to_owned)
        };
        usize::from(last(&self.cluster.relays[1]) > last(&self.cluster.relays[0]))
    }
}
