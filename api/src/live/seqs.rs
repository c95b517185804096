//! Numbering messages as the timeline does, without waiting for it: the first message of a conversation is looked up, from
//! then on the hub counts along in log order.

use std::time::Duration;

use causerie_events::{ConversationId, Event, LogEvent, MessageEvent, SiteId};
use causerie_projections::{progress, timeline};
use causerie_store::Database;
use causerie_store::follower::Checkpoint;
use moka::sync::Cache;

/// Conversations counted at once; one that falls out is looked up again.
const COUNTED: u64 = 100_000;
/// How long the timeline may take to get to a message before the streams of the site are closed instead.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

pub(super) struct Seqs {
    database: Database,
    last: Cache<(SiteId, ConversationId), i64>,
}

impl Seqs {
    pub(super) fn new(database: Database) -> Self {
        Self { database, last: Cache::new(COUNTED) }
    }

    /// The number of a message; none for other events, and for messages of conversations that nobody has listened to yet.
    pub(super) async fn number(
        &self,
        log: &LogEvent,
        event: &Event,
        listened_to: bool,
    ) -> Result<Option<i64>, sqlx::Error> {
        let Event::Message(MessageEvent::MessageSent(sent)) = event else { return Ok(None) };
        let key = (log.recorded.stream.site_id().clone(), sent.conversation_id);
        let number = match self.last.get(&key) {
            Some(last) => last + 1,
            None if listened_to => self.look_up(log).await?,
            None => return Ok(None),
        };
        self.last.insert(key, number);
        Ok(Some(number))
    }

    async fn look_up(&self, log: &LogEvent) -> Result<i64, sqlx::Error> {
        let pool = self.database.pool();
        let there = |checkpoint: Checkpoint| checkpoint.log_number >= log.log_number;
        progress::wait_until(pool, timeline::NAME, LONGEST_WAIT, there).await?;
        let stream = &log.recorded.stream;
        let message = stream.local_id().parse().map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))?;
        timeline::seq_of(pool, stream.site_id(), message).await?.ok_or(sqlx::Error::RowNotFound)
    }
}
