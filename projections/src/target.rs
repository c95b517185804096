//! Where projectors write: the schema of the read models, or the schema of a rebuild.
//!
//! The SQL of projectors names tables without a schema, and the connection selects it. All other
//! SQL names the schema and does not depend on the connection.

use sqlx::PgConnection;

pub const READ_MODELS: &str = "read_models";

/// Makes the statements of projectors on this connection write to a schema.
pub async fn write_to(connection: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "SELECT set_config('search_path', quote_ident($1) || ', ' || reset_val, false)
           FROM pg_settings WHERE name = 'search_path'",
    )
    .bind(schema)
    .execute(connection)
    .await
    .map(drop)
}

/// Settings of a connection on which a projector writes to a schema.
pub async fn prepare(connection: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    write_to(connection, schema).await?;
    // Rows and checkpoint are lost together and applied again, so the projector need not wait for
    // the disk.
    sqlx::query("SET synchronous_commit = off").execute(&mut *connection).await?;
    // A plan made while the tables were empty would scan them as a whole until Postgres replaces
    // it.
    sqlx::query("SET plan_cache_mode = force_custom_plan").execute(connection).await.map(drop)
}
