//! Postgres as the test reaches around the service: wider windows, counts of what was hit, and who hangs about.

use causerie_tests::{LogEvent, Service, read_log};
use sqlx::{Connection, PgConnection, Row};

/// Appends that dawdle, before the first row and before the commit: what is checked and what is written lie further apart,
/// and transactions end in another order than they began.
const DAWDLE: &str = "
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < (CASE WHEN current_query() LIKE '%append_events%' THEN 0.5 ELSE 0.2 END) THEN
    PERFORM pg_sleep(random() * 0.01);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER dawdle_before BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION dawdle();
CREATE TRIGGER dawdle_after AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION dawdle();
";

/// Rows that dawdle, one after the other: batches with the same messages in another order meet halfway.
const SLOW_ROWS: &str = "
CREATE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_sleep(random() * 0.002);
  RETURN NEW;
END $$;
CREATE TRIGGER slow_row BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow_row();
";

/// The two ways into the log, each with a counter around it. Sequences count on when a transaction rolls back; unlogged,
/// they give it no transaction id.
const COUNT: &str = "
CREATE UNLOGGED SEQUENCE moved_sends;
CREATE UNLOGGED SEQUENCE repeated_sends;
CREATE UNLOGGED SEQUENCE moved_commands;
ALTER FUNCTION append_first_events(int, text, text[], uuid[], text[], text[], jsonb[], jsonb[], text[], text[], bigint[], int[], int[])
  RENAME TO shipped_append_first_events;
CREATE FUNCTION append_first_events(int, text, text[], uuid[], text[], text[], jsonb[], jsonb[], text[], text[], bigint[], int[], int[],
                                    OUT xid text, OUT conflicts int[], OUT appended uuid[], OUT positions bigint[])
LANGUAGE plpgsql AS $$
DECLARE moved_count int; repeated_count int;
BEGIN
  SELECT s.* INTO xid, conflicts, appended, positions
    FROM shipped_append_first_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS s;
  moved_count := coalesce(cardinality(conflicts), 0);
  repeated_count := cardinality($3) - moved_count - coalesce(cardinality(appended), 0);
  PERFORM nextval('moved_sends') FROM generate_series(1, moved_count);
  PERFORM nextval('repeated_sends') FROM generate_series(1, repeated_count);
END $$;
ALTER FUNCTION append_events(int, text[], text[], bigint[], uuid[], text[], text[], jsonb[], jsonb[], text[], text[], bigint[], text[], text[])
  RENAME TO shipped_append_events;
CREATE FUNCTION append_events(int, text[], text[], bigint[], uuid[], text[], text[], jsonb[], jsonb[], text[], text[], bigint[],
                              text[], text[])
RETURNS TABLE (xid text, last_position bigint) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT s.xid, s.last_position
    FROM shipped_append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS s;
EXCEPTION WHEN SQLSTATE 'CS001' THEN
  PERFORM nextval('moved_commands');
  RAISE;
END $$;
";

/// One of the service's sessions, chosen at random and ended: one that is appending messages just then, and now and then any.
const STRIKE: &str = "
WITH chosen AS MATERIALIZED (
  SELECT a.pid, a.state = 'active' AND a.query LIKE '%append_first_events%' AS appending
    FROM pg_stat_activity a, (SELECT random() < 0.25 AS at_anybody) AS aim
   WHERE a.application_name = 'causerie' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
     AND (aim.at_anybody OR a.state = 'active' AND a.query LIKE '%append_first_events%')
   ORDER BY random() LIMIT 1)
SELECT pg_terminate_backend(pid) AS ended, appending FROM chosen";

/// A connection of the test's own.
pub(crate) struct Database(PgConnection);

/// How often a decision met something new.
#[derive(Debug)]
pub(crate) struct Conflicts {
    /// Sends whose guards had moved.
    pub(crate) moved_sends: i64,
    /// Sends of a message that was there already.
    pub(crate) repeated_sends: i64,
    /// Other commands of which something had moved.
    pub(crate) moved_commands: i64,
}

impl Conflicts {
    /// Whether each kind came up often enough to have been tried.
    pub(crate) fn hit(&self) -> bool {
        [self.moved_sends, self.repeated_sends, self.moved_commands].iter().all(|hits| *hits >= 5)
    }
}

impl Database {
    pub(crate) async fn of(service: &Service) -> Self {
        Self(PgConnection::connect(service.servers.database_url()).await.expect("Postgres answers"))
    }

    /// The whole log.
    pub(crate) async fn log(&mut self) -> Vec<LogEvent> {
        read_log(&mut self.0).await
    }

    /// From now on appends dawdle.
    pub(crate) async fn widen_the_windows(&mut self) {
        sqlx::raw_sql(DAWDLE).execute(&mut self.0).await.expect("triggers can be made");
    }

    /// From now on each row of a batch takes a while.
    pub(crate) async fn slow_each_row(&mut self) {
        sqlx::raw_sql(SLOW_ROWS).execute(&mut self.0).await.expect("triggers can be made");
    }

    /// From now on conflicts are counted.
    pub(crate) async fn count_conflicts(&mut self) {
        sqlx::raw_sql(COUNT).execute(&mut self.0).await.expect("functions can be wrapped");
    }

    /// What was counted.
    pub(crate) async fn conflicts(&mut self) -> Conflicts {
        let mut counts = [0; 3];
        for (count, sequence) in counts.iter_mut().zip(["moved_sends", "repeated_sends", "moved_commands"]) {
            let query = format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}");
            *count = sqlx::query_scalar(&query).fetch_one(&mut self.0).await.expect("the counters are there");
        }
        let [moved_sends, repeated_sends, moved_commands] = counts;
        Conflicts { moved_sends, repeated_sends, moved_commands }
    }

    /// How many deadlocks Postgres has ended.
    pub(crate) async fn deadlocks(&mut self) -> i64 {
        let query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        sqlx::query_scalar(query).fetch_one(&mut self.0).await.expect("Postgres answers")
    }

    /// The last statements of those who began a transaction and do nothing in it.
    pub(crate) async fn idle_in_transaction(&mut self) -> Vec<String> {
        let query = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
        sqlx::query_scalar(query).fetch_all(&mut self.0).await.expect("Postgres answers")
    }

    /// Ends one of the service's sessions. Says whether it was appending messages; none when there was none to end.
    pub(crate) async fn strike(&mut self) -> Option<bool> {
        let row = sqlx::query(STRIKE).fetch_optional(&mut self.0).await.expect("Postgres answers")?;
        row.get::<bool, _>("ended").then(|| row.get("appending"))
    }
}
