//! The schema in which a read model is rebuilt: tables with the names and the definitions of the
//! live ones.

use sqlx::{PgConnection, Row};

use crate::rebuild::RebuildError;
use crate::target::READ_MODELS;

#[derive(Debug, Clone)]
pub(super) struct ShadowTables {
    pub(super) schema: String,
    pub(super) tables: &'static [&'static str],
}

/// The checkpoint and the parked events of the rebuild.
const PROGRESS_TABLES: [&str; 2] = ["projection_checkpoints", "projection_parked"];

impl ShadowTables {
    pub(super) fn of(projection: &str, tables: &'static [&'static str]) -> Self {
        Self { schema: format!("rebuild_{projection}"), tables }
    }

    /// Whether the role may create the tables and replace the live ones.
    pub(super) async fn require_rights(&self, connection: &mut PgConnection) -> Result<(), RebuildError> {
        let row = sqlx::query(RIGHTS).bind(READ_MODELS).bind(self.tables).fetch_one(connection).await?;
        let lacks: Vec<String> = row.try_get("lacks")?;
        if lacks.is_empty() {
            return Ok(());
        }
        Err(RebuildError::Rights { role: row.try_get("role")?, lacks: lacks.join(", ") })
    }

    /// Drops the schema of a killed rebuild, and creates empty tables.
    pub(super) async fn create(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        self.remove(connection).await?;
        run(connection, &format!("CREATE SCHEMA {}", self.schema)).await?;
        for table in self.tables.iter().copied().chain(PROGRESS_TABLES) {
            for statement in self.definition(connection, table).await? {
                run(connection, &statement).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn remove(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        run(connection, &format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema)).await
    }

    /// Queries need current statistics from the switch on.
    pub(super) async fn analyze(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for table in self.tables {
            run(connection, &format!("ANALYZE {}.{table}", self.schema)).await?;
        }
        Ok(())
    }

    /// Replaces the live tables. The caller holds their locks.
    pub(super) async fn take_their_place(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for table in self.tables {
            run(connection, &format!("DROP TABLE {READ_MODELS}.{table}")).await?;
            run(connection, &format!("ALTER TABLE {}.{table} SET SCHEMA {READ_MODELS}", self.schema)).await?;
        }
        Ok(())
    }

    /// The definition of the live table, for the other schema. `LIKE` alone renames indexes and
    /// omits storage parameters and privileges, and a later migration would not find what it
    /// changes.
    async fn definition(&self, connection: &mut PgConnection, table: &str) -> Result<Vec<String>, sqlx::Error> {
        let rows =
            sqlx::query(DEFINITION).bind(READ_MODELS).bind(table).bind(&self.schema).fetch_all(connection).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }
}

const RIGHTS: &str = "
SELECT current_user::text AS role, array_remove(ARRAY[
         CASE WHEN NOT has_database_privilege(current_database(), 'CREATE') THEN 'CREATE on the database' END,
         CASE WHEN NOT has_schema_privilege($1::text, 'CREATE') THEN 'CREATE on the schema ' || $1::text END,
         (SELECT 'ownership of ' || string_agg(c.relname, ', ' ORDER BY c.relname) FROM pg_class c
           WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relname = ANY ($2::text[])
             AND NOT pg_has_role(c.relowner, 'USAGE'))], NULL) AS lacks";

const DEFINITION: &str = "
WITH live AS (SELECT c.oid, c.relname, c.reloptions, c.relacl FROM pg_class c
               WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relname = $2)
SELECT statement FROM (
  SELECT 1 AS place, format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING ALL EXCLUDING INDEXES)%s', $3, relname, $1, relname,
                            ' WITH (' || array_to_string(reloptions, ', ') || ')') AS statement FROM live
  UNION ALL
  SELECT 2, format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', $3, relname, conname, pg_get_constraintdef(k.oid))
    FROM live JOIN pg_constraint k ON k.conrelid = live.oid AND k.contype IN ('p', 'u', 'x')
  UNION ALL
  SELECT 3, replace(pg_get_indexdef(i.indexrelid), format(' ON %I.%I USING ', $1, relname), format(' ON %I.%I USING ', $3, relname))
    FROM live JOIN pg_index i ON i.indrelid = live.oid
   WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
  UNION ALL
  SELECT 4, format('GRANT %s ON %I.%I TO %s', g.privilege_type, $3, relname,
                   CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)
    FROM live, aclexplode(relacl) g
) parts ORDER BY place";

async fn run(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(statement).execute(connection).await.map(drop)
}
