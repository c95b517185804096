//! Direct access to Postgres: delays appends, counts conflicts, and ends sessions.

use causerie_tests::Service;
use sqlx::{Connection, PgConnection, Row};

/// Delays appends before the first row and before the commit, so that checks and writes lie further apart
/// and transactions end in another order than they began.
const DELAY_APPENDS: &str = "
CREATE FUNCTION delay_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF random() < (CASE WHEN current_query() LIKE '%append_events%' THEN 0.5 ELSE 0.2 END) THEN
    PERFORM pg_sleep(random() * 0.01);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER delay_append_before BEFORE INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION delay_append();
CREATE TRIGGER delay_append_after AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION delay_append();
";

/// Delays each row, so that batches with the same messages in another order overlap.
const SLOW_ROWS: &str = "
CREATE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_sleep(random() * 0.002);
  RETURN NEW;
END $$;
CREATE TRIGGER slow_row BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow_row();
";

/// Wraps the two functions that append with counters. Sequences keep their value when a transaction rolls
/// back; unlogged ones assign no transaction id.
const COUNT: &str = "
CREATE UNLOGGED SEQUENCE conflicting_sends;
CREATE UNLOGGED SEQUENCE repeated_sends;
CREATE UNLOGGED SEQUENCE conflicting_commands;
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
  PERFORM nextval('conflicting_sends') FROM generate_series(1, moved_count);
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
  PERFORM nextval('conflicting_commands');
  RAISE;
END $$;
";

/// Ends a random session of the service: mostly one that is appending messages, sometimes any.
const END_SESSION: &str = "
WITH chosen AS MATERIALIZED (
  SELECT a.pid, a.state = 'active' AND a.query LIKE '%append_first_events%' AS appending
    FROM pg_stat_activity a, (SELECT random() < 0.25 AS any_session) AS aim
   WHERE a.application_name = 'causerie' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
     AND (aim.any_session OR a.state = 'active' AND a.query LIKE '%append_first_events%')
   ORDER BY random() LIMIT 1)
SELECT pg_terminate_backend(pid) AS ended, appending FROM chosen";

pub(crate) struct Database(PgConnection);

#[derive(Debug)]
pub(crate) struct Conflicts {
    /// Sends whose read streams had changed.
    pub(crate) conflicting_sends: i64,
    /// Sends of a message that was in the log already.
    pub(crate) repeated_sends: i64,
    /// Other commands whose read streams had changed.
    pub(crate) conflicting_commands: i64,
}

impl Conflicts {
    /// Whether each kind occurred often enough for the test to be meaningful.
    pub(crate) fn are_enough(&self) -> bool {
        [self.conflicting_sends, self.repeated_sends, self.conflicting_commands].iter().all(|count| *count >= 5)
    }
}

impl Database {
    pub(crate) async fn of(service: &Service) -> Self {
        Self(PgConnection::connect(service.servers.database_url()).await.expect("Postgres responds"))
    }

    pub(crate) async fn delay_appends(&mut self) {
        sqlx::raw_sql(DELAY_APPENDS).execute(&mut self.0).await.expect("the triggers are created");
    }

    /// Delays each row of all later batches.
    pub(crate) async fn slow_each_row(&mut self) {
        sqlx::raw_sql(SLOW_ROWS).execute(&mut self.0).await.expect("the triggers are created");
    }

    pub(crate) async fn count_conflicts(&mut self) {
        sqlx::raw_sql(COUNT).execute(&mut self.0).await.expect("the functions are wrapped");
    }

    pub(crate) async fn conflicts(&mut self) -> Conflicts {
        let mut counts = [0; 3];
        for (count, sequence) in counts.iter_mut().zip(["conflicting_sends", "repeated_sends", "conflicting_commands"])
        {
            let query = format!("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}");
            *count = sqlx::query_scalar(&query).fetch_one(&mut self.0).await.expect("the counters exist");
        }
        let [conflicting_sends, repeated_sends, conflicting_commands] = counts;
        Conflicts { conflicting_sends, repeated_sends, conflicting_commands }
    }

    pub(crate) async fn deadlocks(&mut self) -> i64 {
        let query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
        sqlx::query_scalar(query).fetch_one(&mut self.0).await.expect("Postgres responds")
    }

    /// The last statements of the sessions that are idle in a transaction.
    pub(crate) async fn idle_in_transaction(&mut self) -> Vec<String> {
        let query = "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
        sqlx::query_scalar(query).fetch_all(&mut self.0).await.expect("Postgres responds")
    }

    /// Ends a session of the service. Returns whether it was appending messages; none if no session was ended.
    pub(crate) async fn end_session(&mut self) -> Option<bool> {
        let row = sqlx::query(END_SESSION).fetch_optional(&mut self.0).await.expect("Postgres responds")?;
        row.get::<bool, _>("ended").then(|| row.get("appending"))
    }
}
