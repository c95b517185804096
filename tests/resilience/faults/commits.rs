//! Commits that are late, roll back or lose their session, and tables that are locked.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{EVIDENCE_LIMIT, Faults, Injected, injected};
use crate::cluster::wait_until;

/// Runs after the rows have their position and before the commit. Unlogged sequences count, because
/// they give the transaction no id and keep their value when it rolls back.
const TRIGGER: &str = "
CREATE UNLOGGED SEQUENCE IF NOT EXISTS struck;
CREATE UNLOGGED SEQUENCE IF NOT EXISTS overtaken;
CREATE OR REPLACE FUNCTION strike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < {probability} THEN
    PERFORM nextval('struck');
    {action};
    IF EXISTS (SELECT 1 FROM events WHERE transaction_id > pg_current_xact_id()) THEN
      PERFORM nextval('overtaken');
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER strike AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION strike();
";
const DROP_TRIGGER: &str = "DROP TRIGGER IF EXISTS strike ON events";
const STRUCK: &str = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM struck";
/// Appends during which a later one committed: a reader that follows positions only has skipped
/// them.
const OVERTAKEN: &str = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM overtaken";

const READ_MODELS: &str = "SELECT string_agg('read_models.' || relname, ', ' ORDER BY relname) FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'read_models'::regnamespace AND relname ~ '^(member_list|conversation_list|timeline)'";
const WAITING: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'relation'";

/// Ends one session of the service, preferably one that appends.
const END_SESSION: &str = "
  WITH chosen AS MATERIALIZED (
    SELECT a.pid, a.state = 'active' AND a.query LIKE '%append%' AS appending FROM pg_stat_activity a
     WHERE a.application_name = 'causerie' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
     ORDER BY (random() < 0.7 AND a.state = 'active' AND a.query LIKE '%append%') DESC, random() LIMIT 1)
  SELECT count(*), count(*) FILTER (WHERE appending) FROM chosen WHERE pg_terminate_backend(pid)";

impl Faults {
    /// Another session locks the tables of the read models, as a migration by hand does.
    pub(super) async fn read_models_locked(&mut self) -> Injected {
        // In a long run, longer than a statement may take.
        let time = if self.longest > 2000 { self.chance.between(1000, 9000) } else { self.outage() };
        let before = self.acknowledged();
        let Some(mut database) = self.cluster.database().await else {
            return injected(false, "Postgres did not respond".to_owned());
        };
        let tables: Option<String> = sqlx::query_scalar(READ_MODELS).fetch_one(&mut database).await.ok().flatten();
        let lock = format!("BEGIN; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.unwrap_or_default());
        let locked = async || {
            let locked = sqlx::raw_sql(&lock).execute(&mut database).await.is_ok();
            if !locked {
                // A projector has locked some of the tables, and one of the two transactions fails
                // with a deadlock.
                let _ = sqlx::raw_sql("ROLLBACK").execute(&mut database).await;
            }
            locked
        };
        let locked = wait_until(Duration::from_secs(15), locked).await.is_some();
        let (until, mut waiting) = (Instant::now() + time, 0);
        while locked && Instant::now() < until {
            sleep(time / 10).await;
            // Postgres ends idle transactions.
            let _ = sqlx::query("SELECT 1").execute(&mut database).await;
            waiting = waiting.max(self.cluster.number(WAITING).await.unwrap_or_default());
        }
        let _ = sqlx::raw_sql("ROLLBACK").execute(&mut database).await;
        let sends = self.acknowledged() - before;
        let details = format!("{time:?}, {waiting} sessions waited, {sends} sends acknowledged meanwhile");
        injected(waiting > 0 && sends > 0, details)
    }

    pub(super) async fn late_commits(&mut self) -> Injected {
        let action = "PERFORM pg_sleep(random() * 0.5)";
        let (struck, overtaken) = self.with_trigger("0.05", action, |(_, overtaken)| overtaken > 0).await;
        injected(overtaken > 0, format!("{struck} late commits, {overtaken} of them after a later one"))
    }

    pub(super) async fn rollbacks(&mut self) -> Injected {
        let state = *self.chance.pick(&["40001", "53100", "57014"]);
        let action = format!("RAISE 'struck' USING ERRCODE = '{state}'");
        let (struck, _) = self.with_trigger("0.1", &action, |(struck, _)| struck > 0).await;
        injected(struck > 0, format!("{struck} appends rolled back with {state}"))
    }

    /// Some appends run this action before they commit. Returns how many, and how many of them a
    /// later append overtook.
    async fn with_trigger(
        &mut self,
        probability: &str,
        action: &str,
        is_hit: impl Fn((i64, i64)) -> bool,
    ) -> (i64, i64) {
        let trigger = TRIGGER.replace("{probability}", probability).replace("{action}", action);
        if !self.cluster.execute(&trigger).await {
            return (0, 0);
        }
        let before = self.trigger_counts().await;
        let since = async |faults: &Self| {
            let (struck, overtaken) = faults.trigger_counts().await;
            (struck - before.0, overtaken - before.1)
        };
        self.outage_until(async |faults| is_hit(since(faults).await)).await;
        wait_until(Duration::from_secs(30), async || self.cluster.execute(DROP_TRIGGER).await).await;
        since(self).await
    }

    async fn trigger_counts(&self) -> (i64, i64) {
        let count = async |query| self.cluster.number(query).await.unwrap_or_default();
        (count(STRUCK).await, count(OVERTAKEN).await)
    }

    /// Sessions end one by one, as in a failing network.
    pub(super) async fn end_sessions(&mut self) -> Injected {
        let (until, mut database) = (Instant::now() + self.outage(), self.cluster.database().await);
        let (mut ended, mut appending) = (0, 0);
        let enough = async || {
            let Some(database) = &mut database else { return true };
            let counts: (i64, i64) = sqlx::query_as(END_SESSION).fetch_one(database).await.unwrap_or_default();
            ended += counts.0;
            appending += counts.1;
            sleep(Duration::from_millis(10)).await;
            appending > 0 && Instant::now() >= until
        };
        wait_until(EVIDENCE_LIMIT, enough).await;
        injected(appending > 0, format!("{ended} sessions ended, {appending} of them appending"))
    }
}
