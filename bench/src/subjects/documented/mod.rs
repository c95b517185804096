//! cqrs-es with postgres-es as their documentation has it: `postgres_cqrs` on `default_postgress_pool`, the table of
//! `db/init.sql`, `CqrsFramework::execute`, a conflict tried again by the caller. One aggregate per conversation.

mod aggregate;

use std::collections::HashMap;

use anyhow::bail;
use cqrs_es::AggregateError;
use jiff::Timestamp;
use postgres_es::{PostgresCqrs, default_postgress_pool, postgres_cqrs};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::sync::Mutex;
use uuid::Uuid;

use self::aggregate::{ChatCommand, ChatEvent, Conversation};
use super::{Sent, Subject};
use crate::load::Stop;
use crate::message;
use crate::progress;
use crate::rooms::{Place, Rooms};

/// What `default_postgress_pool` has.
pub(crate) const DOCUMENTED_POOL: u32 = 10;
/// How often a send that met another is tried again.
const RETRIES: u64 = 10;
/// Up to so many messages, each load gets a conversation of its own, so that what one load adds does not slow the next.
const FRESH_UP_TO: u64 = 10_000;
/// Events in one INSERT of a fill.
const BATCH: usize = 5_000;

/// As `db/init.sql` of postgres-es 0.5.0.
const INIT: &str = "CREATE TABLE IF NOT EXISTS events
(
    aggregate_type text                         NOT NULL,
    aggregate_id   text                         NOT NULL,
    sequence       bigint CHECK (sequence >= 0) NOT NULL,
    event_type     text                         NOT NULL,
    event_version  text                         NOT NULL,
    payload        json                         NOT NULL,
    metadata       json                         NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
)";

/// The stock stack.
pub(crate) struct Documented {
    name: &'static str,
    cqrs: PostgresCqrs<Conversation>,
    pool: PgPool,
    long: Mutex<HashMap<Place, Rooms>>,
}

impl Documented {
    /// With the pool of the documentation.
    pub(crate) async fn start(url: &str) -> anyhow::Result<Self> {
        Self::on("as documented", default_postgress_pool(url).await).await
    }

    /// With a pool of another size.
    pub(crate) async fn with_pool(name: &'static str, url: &str, connections: u32) -> anyhow::Result<Self> {
        Self::on(name, PgPoolOptions::new().max_connections(connections).connect(url).await?).await
    }

    async fn on(name: &'static str, pool: PgPool) -> anyhow::Result<Self> {
        sqlx::raw_sql(INIT).execute(&pool).await?;
        let cqrs = postgres_cqrs(pool.clone(), vec![], ());
        Ok(Self { name, cqrs, pool, long: Mutex::default() })
    }

    pub(crate) async fn stop(&self) {
        self.pool.close().await;
    }

    /// A conversation with its participants and so many messages, straight into the table.
    async fn fill(&self, conversation: Uuid, participants: Vec<usize>, messages: u64) -> anyhow::Result<()> {
        let bar = progress::bar(messages, "messages into the baseline's table");
        let names = participants.iter().map(|number| message::member(*number).map(String::from));
        let opened = ChatEvent::Opened { participants: names.collect::<anyhow::Result<_>>()? };
        let mut events = vec![serde_json::to_value(opened)?];
        let mut first = 1;
        for number in 0..messages {
            let author = participants[usize::try_from(number)? % participants.len()];
            events.push(serde_json::to_value(sent(author, number)?)?);
            if events.len() == BATCH {
                first += self.insert(conversation, first, std::mem::take(&mut events)).await?;
                bar.set_position(number);
            }
        }
        self.insert(conversation, first, events).await?;
        bar.finish_and_clear();
        Ok(())
    }

    async fn insert(&self, conversation: Uuid, first: i64, events: Vec<Value>) -> anyhow::Result<i64> {
        let count = i64::try_from(events.len())?;
        sqlx::query(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
             SELECT 'conversation', $1, $2 + e.o - 1, CASE WHEN e.p ? 'Opened' THEN 'Opened' ELSE 'MessageSent' END, '1.0',
                    e.p::json, '{}'
               FROM unnest($3::jsonb[]) WITH ORDINALITY AS e(p, o)",
        )
        .bind(conversation.to_string())
        .bind(first)
        .bind(events)
        .execute(&self.pool)
        .await?;
        Ok(count)
    }

    #[expect(clippy::disallowed_methods, reason = "the baseline is the documented way")]
    async fn execute(
        &self,
        conversation: &str,
        command: ChatCommand,
    ) -> Result<(), AggregateError<aggregate::Refused>> {
        self.cqrs.execute(conversation, command).await
    }
}

impl Subject for Documented {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn open(&self, place: Place, tasks: usize) -> anyhow::Result<Rooms> {
        let messages = if let Place::Holding(messages) = place { messages } else { 0 };
        let mut long = self.long.lock().await;
        if let Some(rooms) = long.get(&place) {
            return Ok(rooms.clone());
        }
        let mut conversations = Vec::new();
        for index in 0..place.conversations(tasks) {
            let conversation = Uuid::now_v7();
            self.fill(conversation, place.participants(tasks, index), messages).await?;
            conversations.push(conversation);
        }
        if messages > 0 {
            sqlx::query("VACUUM ANALYZE events").execute(&self.pool).await?;
        }
        let rooms = Rooms { conversations };
        if messages > FRESH_UP_TO {
            long.insert(place, rooms.clone());
        }
        Ok(rooms)
    }

    async fn send(&self, rooms: &Rooms, task: usize, count: usize, stop: &Stop) -> anyhow::Result<Sent> {
        let (conversation, author) = rooms.pick(task, count);
        let conversation = conversation.to_string();
        let ChatEvent::MessageSent { id, author, text, sent_at } = sent(author, count as u64)? else {
            bail!("a send is a message");
        };
        let command = ChatCommand::Send { id, author, text, sent_at };
        let mut conflicts = 0;
        loop {
            match self.execute(&conversation, command.clone()).await {
                Ok(()) => return Ok(Sent { taken: true, conflicts }),
                Err(AggregateError::AggregateConflict) => conflicts += 1,
                Err(error) => return Err(error.into()),
            }
            if conflicts > RETRIES || stop.is_over() {
                return Ok(Sent { taken: false, conflicts });
            }
        }
    }
}

fn sent(author: usize, number: u64) -> anyhow::Result<ChatEvent> {
    Ok(ChatEvent::MessageSent {
        id: Uuid::now_v7(),
        author: message::member(author)?.into(),
        text: message::text(number),
        sent_at: Timestamp::now(),
    })
}
