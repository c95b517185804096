//! The limit: the rows of a read model, in Postgres' own binary form, into tables of the same make. No event is read.

use std::time::Instant;

use bytes::Bytes;
use causerie_projections::runner::prepare;
use causerie_store::Database;
use futures::TryStreamExt;
use sqlx::Connection;

use crate::queries::Model;

/// Copies the rows, drops the copies, and says how many seconds Postgres took to take them in.
pub(super) async fn rows(database: &Database, model: Model) -> anyhow::Result<f64> {
    let mut connection = database.connection().await?;
    // Writes as the projector does: without waiting for the disk.
    prepare(&mut connection).await?;
    let mut seconds = 0.0;
    for table in model.tables() {
        let out = connection.copy_out_raw(&format!("COPY {table} TO STDOUT (FORMAT binary)")).await?;
        let rows: Vec<Bytes> = out.try_collect().await?;
        sqlx::query(&format!("CREATE TABLE copied (LIKE {table} INCLUDING ALL)")).execute(&mut connection).await?;
        let start = Instant::now();
        let mut copy = connection.copy_in_raw("COPY copied FROM STDIN (FORMAT binary)").await?;
        for piece in rows {
            copy.send(piece).await?;
        }
        copy.finish().await?;
        seconds += start.elapsed().as_secs_f64();
        sqlx::query("DROP TABLE copied").execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(seconds)
}
