//! The log moves to another Postgres: to a standby that is promoted, or to a cluster that a dump is restored into.

use std::time::Duration;

use causerie_sandbox::Standby;
use causerie_sandbox::testing::TestServers;
use causerie_tests::Link;
use tokio::time::{Instant, sleep};

use super::Faults;
use crate::cluster::Primary;

/// A call to a Postgres that falls silent ends a second after the time limit for statements, and each part has to notice it by
/// one of its own; more than that, as ours is a machine that does other things too.
const HEALED: Duration = Duration::from_secs(20);
const NO_STANDBY: &str = "ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf()";
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
const SESSIONS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()";
const COUNT: &str = "SELECT count(*) FROM events";
/// Rows whose transaction ids the cluster has not reached yet.
const TO_COME: &str = "SELECT count(*) FROM events WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())";
/// All clusters of the sandbox are copies of one template and share its identifier, which clusters made by `initdb` do not.
const ANOTHER_CLUSTER: &str = "UPDATE log_epochs SET system_identifier = 1";

impl Faults {
    /// The primary stops answering, without closing a connection, and its synchronous standby takes its place.
    pub(super) async fn silent_primary(&mut self) {
        let Some(standby) = self.attach().await else { return };
        self.while_sends_are_in_flight().await;
        let in_flight = self.in_flight();
        self.cluster.postgres().pause().expect("Postgres can be paused");
        let silent = self.outage();
        sleep(silent).await;
        let (healed, old) = self.promote(standby).await;
        // Only now: until here its connections were open.
        old.remove().await;
        let drawn = format!("{in_flight} sends in flight, promoted after {silent:?}, healed {healed:?} after that");
        self.windows.note("silent primary", "sends in flight when the primary fell silent", in_flight > 0, &drawn);
    }

    /// The synchronous standby stops answering for longer than a statement may take. Then it goes on, or takes the place of
    /// the primary: then it has all that was acknowledged.
    pub(super) async fn standby_stalled(&mut self) {
        let Some(mut standby) = self.attach().await else { return };
        self.while_sends_are_in_flight().await;
        standby.postgres.pause().expect("the standby can be paused");
        let stalled = self.statement_timeout + Duration::from_secs(2) + self.outage();
        sleep(stalled / 2).await;
        let before = self.acknowledged();
        sleep(stalled / 2).await;
        let waiting = self.cluster.number(WAITING).await.unwrap_or_default();
        let meanwhile = self.acknowledged() - before;
        let promoted = self.chance.one_in(2);
        let healed = if promoted {
            self.cluster.postgres().pause().expect("Postgres can be paused");
            standby.postgres.resume();
            let (healed, old) = self.promote(standby).await;
            old.remove().await;
            healed
        } else {
            standby.postgres.resume();
            let healed = self.healed_within(HEALED).await;
            self.detach(standby).await;
            healed
        };
        let drawn = format!(
            "{stalled:?}, {waiting} commits waiting at its end, {meanwhile} sends acknowledged in its second half, \
             promoted: {promoted}, healed after {healed:?}"
        );
        self.windows.note("standby stalled", "commits that waited for the stalled standby", waiting > 0, &drawn);
    }

    /// The database is dumped and restored into a cluster whose transaction ids are lower, while its callers ask on.
    pub(super) async fn dump_and_restore(&mut self) {
        let (restart, empty_stream) = (self.chance.one_in(2), self.chance.one_in(2));
        if restart {
            for part in self.cluster.apis.iter_mut().chain(&mut self.cluster.relays).chain(&mut self.cluster.projectors)
            {
                part.terminate().await;
            }
        }
        self.to_postgres(Link::Cut);
        // Sessions that were at work when the connections broke end before the dump begins.
        let limit = Instant::now() + Duration::from_secs(20);
        while self.cluster.number(SESSIONS).await != Some(0) && Instant::now() < limit {
            sleep(Duration::from_millis(20)).await;
        }
        let (count, order) = self.order(None).await;
        let restored = TestServers::start_from_dump(&self.cluster.primary().url()).await.expect("the dump is restored");
        let old = self.cluster.switch_to(Primary::Restored(Box::new(restored)));
        let to_come = self.cluster.number(TO_COME).await.unwrap_or_default();
        if !self.cluster.execute(ANOTHER_CLUSTER).await {
            self.windows.failed.push("the restored database cannot be written".to_owned());
        }
        if empty_stream {
            self.cluster.delete_stream().await;
        }
        self.to_postgres(Link::Open);
        self.cluster.start_all().await;
        let healed = self.healed_within(HEALED).await;
        if self.order(Some(count)).await.1 != order {
            self.windows.failed.push(format!("the first {count} events of the log are others after a restore"));
        }
        old.remove().await;
        let drawn = format!(
            "{count} events, {to_come} of them above the transaction ids of the new cluster; restarted: {restart}, \
             empty stream: {empty_stream}, healed after {healed:?}"
        );
        let hit = to_come > 0 && healed <= HEALED;
        self.windows.note("dump and restore", "events with transaction ids to come, and sends after them", hit, &drawn);
    }

    /// A standby that every commit waits for from now on.
    async fn attach(&mut self) -> Option<Standby> {
        match Standby::synchronous_of(self.cluster.primary()).await {
            Ok(standby) => Some(standby),
            Err(error) => {
                self.windows.failed.push(format!("no standby: {error}"));
                None
            }
        }
    }

    async fn detach(&mut self, standby: Standby) {
        if let Err(error) = self.cluster.primary().sql(NO_STANDBY).await {
            self.windows.failed.push(format!("commits still wait for a standby: {error}"));
        }
        Primary::Standby(Box::new(standby)).remove().await;
    }

    /// New connections lead to the standby. How long it took until sends were acknowledged, and the old primary.
    async fn promote(&mut self, standby: Standby) -> (Duration, Primary) {
        standby.promote().await.expect("the standby is promoted");
        let old = self.cluster.switch_to(Primary::Standby(Box::new(standby)));
        (self.healed_within(HEALED).await, old)
    }

    fn to_postgres(&self, link: Link) {
        for way in self.cluster.links.to_postgres() {
            way.set(link);
        }
    }

    /// How many events there are, and a sum over the first of them in their order.
    async fn order(&self, first: Option<i64>) -> (i64, Option<i64>) {
        let count = match first {
            Some(count) => count,
            None => self.cluster.number(COUNT).await.unwrap_or_default(),
        };
        let sum = format!(
            "SELECT sum(hashtextextended(event_id::text, number) / 1000000000)::bigint FROM (
               SELECT event_id, row_number() OVER (ORDER BY epoch, transaction_id, position) AS number FROM events) AS log
              WHERE number <= {count}"
        );
        (count, self.cluster.number(&sum).await)
    }
}
