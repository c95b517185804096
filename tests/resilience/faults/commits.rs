//! Commits that come late, roll back, or lose their session, and tables that are locked.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Faults;

/// After the rows are in and have their position, before the commit. The sequence counts; unlogged, it gives the
/// transaction no id, and it counts on when the transaction rolls back.
const TRIGGER: &str = "
CREATE UNLOGGED SEQUENCE IF NOT EXISTS struck;
CREATE UNLOGGED SEQUENCE IF NOT EXISTS overtaken;
CREATE OR REPLACE FUNCTION strike() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < {chance} THEN
    PERFORM nextval('struck');
    {blow};
    IF EXISTS (SELECT 1 FROM events WHERE transaction_id > pg_current_xact_id()) THEN
      PERFORM nextval('overtaken');
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER strike AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION strike();
";
const OVER: &str = "DROP TRIGGER IF EXISTS strike ON events";
const STRUCK: &str = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM struck";
/// Appends that slept while a later one committed: who reads by position alone has skipped them.
const OVERTAKEN: &str = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM overtaken";

/// The tables of all read models.
const READ_MODELS: &str = "SELECT string_agg('read_models.' || relname, ', ' ORDER BY relname) FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'read_models'::regnamespace AND relname ~ '^(member_list|conversation_list|timeline)'";
const WAITING: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'relation'";

/// For how long the read models' tables are tried to be locked.
const LOCKING: Duration = Duration::from_secs(15);

impl Faults {
    /// Another session locks the read models' tables, as an index or a migration by hand does.
    pub(super) async fn read_models_locked(&mut self) {
        // Longer than a statement may take, in a long run.
        let time = if self.longest > 2000 { self.chance.between(1000, 9000) } else { self.outage() };
        let (before, mut waiting, mut locked) = (self.acknowledged(), 0, false);
        if let Some(mut database) = self.cluster.database().await {
            let tables: Option<String> = sqlx::query_scalar(READ_MODELS).fetch_one(&mut database).await.ok().flatten();
            let lock = format!("BEGIN; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.unwrap_or_default());
            let patience = Instant::now() + LOCKING;
            while !locked && Instant::now() < patience {
                locked = sqlx::raw_sql(&lock).execute(&mut database).await.is_ok();
                if !locked {
                    // A projector at work has some of them: one of the two sees a deadlock.
                    let _ = sqlx::raw_sql("ROLLBACK").execute(&mut database).await;
                    sleep(Duration::from_millis(100)).await;
                }
            }
            let until = Instant::now() + time;
            while locked && Instant::now() < until {
                sleep(time / 10).await;
                // An idle transaction would be ended.
                let _ = sqlx::query("SELECT 1").execute(&mut database).await;
                waiting = waiting.max(self.cluster.number(WAITING).await.unwrap_or_default());
            }
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut database).await;
        }
        let meanwhile = self.acknowledged() - before;
        let drawn = format!("{time:?}, {waiting} sessions waited, {meanwhile} sends acknowledged meanwhile");
        let hit = locked && waiting > 0 && meanwhile > 0;
        self.windows.note("read models locked", "sessions that waited while sends went on", hit, &drawn);
    }

    pub(super) async fn late_commits(&mut self) {
        let (struck, overtaken) = self.with_trigger("0.05", "PERFORM pg_sleep(random() * 0.5)").await;
        let drawn = format!("{struck} commits came late, {overtaken} of them after a later one");
        self.windows.note("late commits", "appends that committed after a later one", overtaken > 0, &drawn);
    }

    pub(super) async fn rollbacks(&mut self) {
        let state = *self.chance.pick(&["40001", "53100", "57014"]);
        let (struck, _) = self.with_trigger("0.1", &format!("RAISE 'struck' USING ERRCODE = '{state}'")).await;
        let drawn = format!("{struck} appends rolled back with {state}");
        self.windows.note("rollbacks", "appends that rolled back", struck > 0, &drawn);
    }

    async fn with_trigger(&mut self, chance: &str, blow: &str) -> (i64, i64) {
        let sql = TRIGGER.replace("{chance}", chance).replace("{blow}", blow);
        if !self.cluster.execute(&sql).await {
            return (0, 0);
        }
        let before = self.counted().await;
        let time = self.outage().max(Duration::from_secs(2));
        sleep(time).await;
        let limit = Instant::now() + Duration::from_secs(30);
        while !self.cluster.execute(OVER).await && Instant::now() < limit {
            sleep(Duration::from_millis(100)).await;
        }
        let after = self.counted().await;
        (after.0 - before.0, after.1 - before.1)
    }

    async fn counted(&self) -> (i64, i64) {
        let count = async |query| self.cluster.number(query).await.unwrap_or_default();
        (count(STRUCK).await, count(OVERTAKEN).await)
    }

    /// Sessions ended one by one, as by a failing network or an impatient operator.
    pub(super) async fn end_sessions(&mut self) {
        const STRIKE: &str = "
            WITH chosen AS MATERIALIZED (
              SELECT a.pid, a.state = 'active' AND a.query LIKE '%append%' AS appending FROM pg_stat_activity a
               WHERE a.application_name = 'causerie' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
               ORDER BY (random() < 0.7 AND a.state = 'active' AND a.query LIKE '%append%') DESC, random() LIMIT 1)
            SELECT count(*), count(*) FILTER (WHERE appending) FROM chosen WHERE pg_terminate_backend(pid)";
        let (time, mut database) = (self.outage(), self.cluster.database().await);
        let limit = Instant::now() + time;
        let (mut ended, mut appending) = (0, 0);
        while let (Some(database), true) = (&mut database, Instant::now() < limit) {
            let struck: Option<(i64, i64)> = sqlx::query_as(STRIKE).fetch_one(database).await.ok();
            let (one, at_work) = struck.unwrap_or_default();
            ended += one;
            appending += at_work;
            sleep(Duration::from_millis(20)).await;
        }
        let drawn = format!("{ended} sessions ended, {appending} of them appending");
        self.windows.note("end sessions", "a session ended while it appended", appending > 0, &drawn);
    }
}
