//! The floor: one plain INSERT a message, in a table with the same columns, defaults and indexes as the log. No rule is
//! checked, nothing is loaded.

use causerie_store::Database;
use sqlx::PgConnection;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::{Sent, Subject};
use crate::load::Stop;
use crate::message;
use crate::rooms::{Place, Rooms};

const INSERT: &str = "INSERT INTO plain
  (aggregate_type, aggregate_id, sequence, event_id, event_type, event_version, payload, metadata)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Plain one-row INSERTs, each its own transaction, on connections of their own.
pub(crate) struct Plain {
    connections: Vec<Mutex<PgConnection>>,
}

impl Plain {
    /// Makes the table and connects; more tasks than connections share them.
    pub(crate) async fn start(database: &Database, connections: usize) -> anyhow::Result<Self> {
        sqlx::raw_sql(
            "CREATE TABLE plain (LIKE events INCLUDING ALL);
             ALTER TABLE plain SET (autovacuum_vacuum_insert_scale_factor = 0.02)",
        )
        .execute(database.pool())
        .await?;
        let mut open = Vec::with_capacity(connections);
        for _ in 0..connections {
            open.push(Mutex::new(database.connection().await?));
        }
        Ok(Self { connections: open })
    }
}

impl Subject for Plain {
    fn name(&self) -> &'static str {
        "plain INSERT"
    }

    async fn open(&self, place: Place, tasks: usize) -> anyhow::Result<Rooms> {
        Ok(Rooms { conversations: (0..place.conversations(tasks)).map(|_| Uuid::now_v7()).collect() })
    }

    async fn send(&self, rooms: &Rooms, task: usize, count: usize, _: &Stop) -> anyhow::Result<Sent> {
        let (conversation, author) = rooms.pick(task, count);
        let payload = serde_json::to_value(message::sent(conversation, author, count as u64, None)?)?;
        let metadata = message::metadata(author)?;
        let mut connection = self.connections[task % self.connections.len()].lock().await;
        sqlx::query(INSERT)
            .bind("message")
            .bind(format!("bench/{}", Uuid::now_v7()))
            .bind(1_i64)
            .bind(Uuid::now_v7())
            .bind("MessageSent")
            .bind("1")
            .bind(payload)
            .bind(metadata)
            .execute(&mut *connection)
            .await?;
        Ok(Sent::TAKEN)
    }
}
