//! Numbering messages as the timeline does, without waiting for it: the first message of a conversation is looked up, from
//! then on the hub counts along in log order.

use std::time::Duration;

use causerie_events::{ConversationId, Event, LogEvent, MessageEvent, SiteId};
use causerie_projections::{ReadError, timeline};
use causerie_store::Database;
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
    ) -> Result<Option<i64>, ReadError> {
        let Event::Message(MessageEvent::MessageSent(sent)) = event else { return Ok(None) };
        let key = (log.recorded.stream.site_id().clone(), sent.conversation_id);
        let number = match self.last.get(&key) {
            Some(last) => last + 1,
            None if listened_to => timeline::seq_of(self.database.pool(), log, LONGEST_WAIT).await?,
            None => return Ok(None),
        };
        self.last.insert(key, number);
        Ok(Some(number))
    }
}
