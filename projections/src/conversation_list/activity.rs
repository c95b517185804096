//! A message moves its conversation to the top, and out of the archive of members who have not
//! muted it. The messages of a batch are written in one statement, before the next change of
//! preferences and at the end: nothing else in the batch reads these rows, and only the last
//! message of each conversation counts.

use std::collections::BTreeMap;

use causerie_events::{ConversationId, LogEvent};
use sqlx::PgConnection;

use crate::checkpoint::signed;

/// The last message of each conversation in a batch, by its log number.
#[derive(Debug, Default)]
pub(super) struct Activity<'a>(BTreeMap<(&'a str, ConversationId), i64>);

impl<'a> Activity<'a> {
    /// Records a message. Called in log order: a later one replaces an earlier one.
    pub(super) fn sent(&mut self, event: &'a LogEvent, conversation: ConversationId) {
        self.0.insert((event.recorded.stream.site_id().as_str(), conversation), signed(event.log_number));
    }

    /// Writes the activity. A conversation that started after the message keeps the number of its
    /// start.
    pub(super) async fn write(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let (conversations, log_numbers): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        let (sites, ids): (Vec<_>, Vec<_>) = conversations.into_iter().map(|(site, id)| (site, id.as_uuid())).unzip();
        sqlx::query(
            "WITH moved AS (
               UPDATE conversation_list c SET last_log_number = sent.log_number
                 FROM unnest($1::text[], $2::uuid[], $3::bigint[]) AS sent(site_id, conversation_id, log_number)
                WHERE c.site_id = sent.site_id AND c.conversation_id = sent.conversation_id
                  AND c.last_log_number < sent.log_number
               RETURNING c.site_id, c.conversation_id, c.kind, c.last_log_number
             ), brought_back AS (
               UPDATE conversation_list_preferences f SET archived = false
                 FROM unnest($1::text[], $2::uuid[]) AS sent(site_id, conversation_id)
                WHERE f.site_id = sent.site_id AND f.conversation_id = sent.conversation_id
                  AND f.archived AND NOT f.muted)
             UPDATE conversation_list_inbox i SET last_log_number = moved.last_log_number FROM moved
              WHERE moved.kind = 'business' AND i.site_id = moved.site_id AND i.conversation_id = moved.conversation_id",
        )
        .bind(sites)
        .bind(ids)
        .bind(log_numbers)
        .execute(connection)
        .await?;
        Ok(())
    }
}
