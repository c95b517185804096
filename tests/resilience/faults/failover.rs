//! Another Postgres takes over the log: a standby that is promoted, or a cluster that a dump is
//! restored into.

use std::time::Duration;

use causerie_sandbox::Standby;
use causerie_sandbox::testing::TestServers;
use causerie_tests::Link;
use tokio::time::sleep;

use super::{Faults, Injected, injected};
use crate::cluster::{Primary, wait_until};

/// A statement on a silent Postgres fails a second after the time limit for statements, and each
/// process has to notice it by itself. The rest is for a machine that does other things too.
const RECOVERY_LIMIT: Duration = Duration::from_secs(20);
const NO_STANDBY: &str = "ALTER SYSTEM RESET synchronous_standby_names; SELECT pg_reload_conf()";
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
const END_SESSIONS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()";
/// Rows whose transaction ids the cluster has not reached yet.
const FUTURE_EVENTS: &str =
    "SELECT count(*) FROM events WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())";
/// All clusters of the sandbox are copies of one template and share its identifier. Clusters made
/// by `initdb` do not.
const ANOTHER_CLUSTER: &str = "UPDATE log_epochs SET system_identifier = 1";

impl Faults {
    /// The primary falls silent without closing a connection, and its synchronous standby is
    /// promoted.
    pub(super) async fn silent_primary(&mut self) -> Injected {
        let standby = self.attach_standby().await;
        let in_flight = self.until_sends_are_in_flight().await;
        self.cluster.primary_mut().pause().expect("Postgres can be paused");
        let silent = self.outage();
        sleep(silent).await;
        let recovered = self.promote(standby).await;
        let details = format!("{in_flight} sends in flight, promoted after {silent:?}, recovered {recovered:?} later");
        injected(in_flight > 0, details)
    }

    /// The synchronous standby stalls for longer than a statement may take. Then it continues, or
    /// it is promoted: it contains everything that was acknowledged.
    pub(super) async fn standby_stalled(&mut self) -> Injected {
        let mut standby = self.attach_standby().await;
        self.until_sends_are_in_flight().await;
        standby.postgres.pause().expect("the standby can be paused");
        let stalled = self.statement_timeout + Duration::from_secs(2) + self.outage();
        sleep(stalled / 2).await;
        let before = self.acknowledged();
        sleep(stalled / 2).await;
        let waiting = self.cluster.number(WAITING).await.unwrap_or_default();
        let sends = self.acknowledged() - before;
        let promoted = self.chance.one_in(2);
        let recovered = if promoted {
            self.cluster.primary_mut().pause().expect("Postgres can be paused");
            standby.postgres.resume();
            self.promote(standby).await
        } else {
            standby.postgres.resume();
            let recovered = self.until_sends_succeed(RECOVERY_LIMIT).await;
            self.detach_standby(standby).await;
            recovered
        };
        let details = format!(
            "{stalled:?}, {waiting} commits waiting at its end, {sends} sends acknowledged in its second half, \
             promoted: {promoted}, recovered after {recovered:?}"
        );
        injected(waiting > 0, details)
    }

    /// The database is dumped and restored into a cluster with lower transaction ids, while clients
    /// continue.
    pub(super) async fn dump_and_restore(&mut self) -> Injected {
        let (restart, empty_stream) = (self.chance.one_in(2), self.chance.one_in(2));
        if restart {
            for process in self.cluster.processes_mut() {
                process.terminate().await;
            }
        }
        self.set_postgres_links(Link::Cut);
        // The dump begins after the sessions that were active when their connections broke.
        let no_sessions = async || self.cluster.number(END_SESSIONS).await == Some(0);
        wait_until(Duration::from_secs(20), no_sessions).await;
        let count = self.cluster.event_count().await.unwrap_or_default();
        let order = self.order_of_first(count).await;
        let restored = TestServers::start_from_dump(&self.cluster.primary().url()).await.expect("the dump is restored");
        let old = self.cluster.switch_to(Primary::restored(restored));
        let future = self.cluster.number(FUTURE_EVENTS).await.unwrap_or_default();
        if !self.cluster.execute(ANOTHER_CLUSTER).await {
            self.log.broken.push("the restored database cannot be written".to_owned());
        }
        if empty_stream {
            self.cluster.delete_stream().await;
        }
        self.set_postgres_links(Link::Open);
        self.cluster.start_stopped().await;
        let recovered = self.until_sends_succeed(RECOVERY_LIMIT).await;
        if self.order_of_first(count).await != order {
            self.log.broken.push(format!("a restore changed the order of the first {count} events"));
        }
        old.remove().await;
        let details = format!(
            "{count} events, {future} of them above the transaction ids of the new cluster; restarted: {restart}, \
             empty stream: {empty_stream}, recovered after {recovered:?}"
        );
        injected(future > 0 && recovered <= RECOVERY_LIMIT, details)
    }

    /// A standby that every commit waits for.
    async fn attach_standby(&self) -> Standby {
        Standby::synchronous_of(self.cluster.primary()).await.expect("a standby")
    }

    async fn detach_standby(&mut self, standby: Standby) {
        if let Err(error) = self.cluster.primary().sql(NO_STANDBY).await {
            self.log.broken.push(format!("commits still wait for a standby: {error}"));
        }
        Primary::Standby(Box::new(standby)).remove().await;
    }

    /// Promotes the standby, and removes the old primary after the recovery: until then its
    /// connections are open.
    async fn promote(&mut self, standby: Standby) -> Duration {
        let old = self.cluster.promote(standby).await;
        let recovered = self.until_sends_succeed(RECOVERY_LIMIT).await;
        old.remove().await;
        recovered
    }

    /// A sum over the first events of the log in their order.
    async fn order_of_first(&self, count: i64) -> Option<i64> {
        let sum = format!(
            "SELECT sum(hashtextextended(event_id::text, number) / 1000000000)::bigint FROM (
               SELECT event_id, row_number() OVER (ORDER BY epoch, transaction_id, position) AS number FROM events) AS log
              WHERE number <= {count}"
        );
        self.cluster.number(&sum).await
    }
}
