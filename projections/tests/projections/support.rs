//! A fresh database with empty read models, and functions to apply events to them. `apply…` passes
//! events to a projector directly; `record` appends them to the log, for tests that read from there.

use std::time::Duration;

use causerie_events::{LogEvent, Position, RecordedEvent};
use causerie_projections::apply::apply_batch;
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::target::{READ_MODELS, prepare};
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{ApplyError, Projector, checkpoint};
use causerie_sandbox::testing::TestServers;
use causerie_store::follower::Checkpoint;
use causerie_store::{Append, Database, DatabaseOptions, NewEvent, Pool};
use serde_json::Value;
use sqlx::{Connection, PgConnection};

use crate::history::History;

// The tables of each read model, for `rows` and `clear`.
pub(crate) const MEMBER_LIST: &[&str] =
    &["member_list", "member_list_labels", "member_list_blocks", "member_list_sites"];
pub(crate) const CONVERSATION_LIST: &[&str] = &[
    "conversation_list",
    "conversation_list_participants",
    "conversation_list_sites",
    "conversation_list_inbox",
    "conversation_list_preferences",
];
pub(crate) const TIMELINE: &[&str] =
    &["timeline", "timeline_conversations", "timeline_participants", "timeline_readers", "timeline_reactions"];

async fn connect(url: &str) -> Database {
    let (url, statement_timeout) = (url.to_owned(), Duration::from_secs(10));
    Database::connect(&DatabaseOptions { url, max_connections: 4, statement_timeout }).await.unwrap()
}

pub(crate) struct Models {
    pub(crate) servers: TestServers,
    database: Database,
    pub(crate) connection: PgConnection,
}

impl Models {
    pub(crate) async fn empty() -> Self {
        let migrated = TestServers::start_filled_by(|url| async move {
            let database = connect(&url).await;
            database.migrate().await.unwrap();
            database.pool().close().await;
        });
        let servers = migrated.await.unwrap();
        let database = connect(servers.database_url()).await;
        database.enter_epoch().await.unwrap();
        let mut connection = PgConnection::connect(servers.database_url()).await.unwrap();
        prepare(&mut connection, READ_MODELS).await.unwrap();
        Self { servers, database, connection }
    }

    /// All read models after these events.
    pub(crate) async fn after(history: &History) -> Self {
        let mut models = Self::empty().await;
        models.apply_to_all(history).await;
        models
    }

    pub(crate) fn database_url(&self) -> &str {
        self.servers.database_url()
    }

    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) async fn record(&self, events: &[LogEvent]) {
        let recorded = events.iter().map(|event| RecordedEvent::clone(&event.recorded));
        let events = recorded.map(|recorded| NewEvent {
            event_id: recorded.event_id,
            stream: recorded.stream,
            sequence: recorded.sequence,
            event_type: recorded.event_type,
            event_version: recorded.event_version,
            payload: recorded.payload,
            metadata: recorded.metadata,
        });
        let append = Append { events: events.collect(), ..Append::default() };
        self.database.append(&append).await.unwrap();
    }

    pub(crate) async fn log(&self) -> Vec<LogEvent> {
        let recorded = self.database.read_log(Position::START, u32::MAX).await.unwrap();
        LogEvent::numbered_after(0, recorded).collect()
    }

    pub(crate) async fn reconnect(&mut self) {
        self.connection = PgConnection::connect(self.servers.database_url()).await.unwrap();
        prepare(&mut self.connection, READ_MODELS).await.unwrap();
    }

    pub(crate) fn pool(&self) -> &Pool {
        self.database.pool()
    }

    /// Applies events in one batch, from the checkpoint of the read model.
    pub(crate) async fn apply<P: Projector>(&mut self, projector: P, events: &[LogEvent]) {
        let from = self.checkpoint::<P>().await;
        let to = self.apply_from(projector, from, events).await.unwrap();
        assert_eq!(self.checkpoint::<P>().await, to);
    }

    /// Applies to each read model the events of the history that it has not seen yet.
    pub(crate) async fn apply_to_all(&mut self, history: &History) {
        self.catch_up(MemberListProjector, history).await;
        self.catch_up(ConversationListProjector, history).await;
        self.catch_up(TimelineProjector, history).await;
    }

    async fn catch_up<P: Projector>(&mut self, projector: P, history: &History) {
        let from = self.checkpoint::<P>().await;
        let seen = usize::try_from(from.log_number).unwrap();
        self.apply_from(projector, from, history.since(seen)).await.unwrap();
    }

    pub(crate) async fn apply_from<P: Projector>(
        &mut self,
        projector: P,
        from: Checkpoint,
        events: &[LogEvent],
    ) -> Result<Checkpoint, ApplyError> {
        apply_batch(&projector, &mut self.connection, from, events).await
    }

    pub(crate) async fn checkpoint<P: Projector>(&self) -> Checkpoint {
        checkpoint::load(self.pool(), P::NAME).await.unwrap()
    }

    /// All rows of these tables, sorted by their values.
    pub(crate) async fn rows(&self, tables: &[&str]) -> Vec<(String, Value)> {
        let mut rows = Vec::new();
        for table in tables {
            let statement = format!(
                "SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t), '[]'::jsonb) FROM {READ_MODELS}.{table} AS t"
            );
            rows.push(((*table).to_owned(), sqlx::query_scalar(&statement).fetch_one(self.pool()).await.unwrap()));
        }
        rows
    }

    /// Deletes all rows, also the checkpoints and the parked events.
    pub(crate) async fn clear(&self) {
        for table in
            [MEMBER_LIST, CONVERSATION_LIST, TIMELINE, &["projection_checkpoints", "projection_parked"]].concat()
        {
            sqlx::query(&format!("DELETE FROM {READ_MODELS}.{table}")).execute(self.pool()).await.unwrap();
        }
    }
}
