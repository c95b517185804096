//! The floor of filling a read model: the same rows into the same tables, one INSERT … SELECT a table. No event is read,
//! no row is written twice.

use std::time::Instant;

use causerie_projections::runner::prepare;
use causerie_store::Database;
use sqlx::{Connection, PgConnection};

use super::project::Model;
use super::results::Copied;
use crate::report;

/// Generated columns cannot be written.
const COLUMNS: &str = "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
  WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''";

/// Copies the rows of a model, and drops the copies.
pub(super) async fn rows(database: &Database, model: Model) -> anyhow::Result<Copied> {
    let mut connection = database.connection().await?;
    // Writes as the projector does: without waiting for the disk.
    prepare(&mut connection).await?;
    let (mut rows, mut seconds) = (0, 0.0);
    for table in model.tables() {
        let (written, taken) = copy(&mut connection, table).await?;
        rows += written;
        seconds += taken;
    }
    connection.close().await?;
    Ok(Copied { model: model.name(), rows, seconds, rows_per_second: report::float(rows) / seconds })
}

async fn copy(connection: &mut PgConnection, table: &str) -> anyhow::Result<(u64, f64)> {
    let columns: String = sqlx::query_scalar(COLUMNS).bind(table).fetch_one(&mut *connection).await?;
    sqlx::query(&format!("CREATE TABLE copied (LIKE {table} INCLUDING ALL)")).execute(&mut *connection).await?;
    let start = Instant::now();
    let insert = format!("INSERT INTO copied ({columns}) SELECT {columns} FROM {table}");
    let inserted = sqlx::query(&insert).execute(&mut *connection).await?;
    let seconds = start.elapsed().as_secs_f64();
    sqlx::query("DROP TABLE copied").execute(connection).await?;
    Ok((inserted.rows_affected(), seconds))
}
