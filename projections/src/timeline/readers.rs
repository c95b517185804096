//! Markers of readers.
//!
//! Unread messages are counted without reading them: with `s` the number up to which nothing is
//! unread (the greater of the marker and the number before the first of the reader), they are
//! `last_seq - s`, less the own messages after `s` (`own_after`), less deleted messages of others
//! after `s` (with an index). So a message costs a write for its author and none for its readers.

use causerie_events::LogEvent;
use causerie_events::participation::ReadMarker;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::checkpoint::signed;
use crate::ids::participant_of;
use crate::timeline::view::message_by_id;

/// Changes of markers in log order, column by column.
#[derive(Debug, Default)]
pub(super) struct Markers<'a> {
    sites: Vec<&'a str>,
    conversations: Vec<Uuid>,
    members: Vec<String>,
    messages: Vec<Uuid>,
    log_numbers: Vec<i64>,
}

impl<'a> Markers<'a> {
    pub(super) fn add(&mut self, event: &'a LogEvent, marker: &ReadMarker) -> Result<(), sqlx::Error> {
        let (conversation, member) = participant_of(event)?;
        self.sites.push(event.recorded.stream.site_id().as_str());
        self.conversations.push(conversation.as_uuid());
        self.members.push(member.into());
        self.messages.push(marker.message_id.as_uuid());
        self.log_numbers.push(signed(event.log_number));
        Ok(())
    }

    /// Moves each marker forward to the furthest message. Cost: for readers with own messages, the
    /// messages that the marker passes, each once. The own messages of a member who has left are
    /// counted when the member joins again.
    pub(super) async fn write(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.sites.is_empty() {
            return Ok(());
        }
        sqlx::query(concat!(
            "WITH furthest AS (
               SELECT m.site_id, m.conversation_id, m.member_id, max(t.seq) AS seq, max(m.log_number) AS log_number
                 FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[])
                   AS m(site_id, conversation_id, member_id, message_id, log_number)
                 JOIN ",
            message_by_id!("timeline", "m.site_id", "m.message_id"),
            " t ON t.conversation_id = m.conversation_id AND t.log_number < m.log_number
                GROUP BY m.site_id, m.conversation_id, m.member_id
             ), stood AS (
               SELECT f.*, greatest(coalesce(r.read_seq, 0), coalesce(p.first_seq, 1) - 1) AS read_to,
                      coalesce(r.own_after, 0) > 0 AND (p.first_seq IS NOT NULL OR c.kind = 'business') AS passes_own
                 FROM furthest f
                 JOIN timeline_conversations c ON c.site_id = f.site_id AND c.conversation_id = f.conversation_id
                 LEFT JOIN timeline_readers r ON r.site_id = f.site_id AND r.conversation_id = f.conversation_id
                                             AND r.member_id = f.member_id
                 LEFT JOIN timeline_participants p ON p.site_id = f.site_id AND p.conversation_id = f.conversation_id
                                                  AND p.member_id = f.member_id)
             INSERT INTO timeline_readers AS r (site_id, conversation_id, member_id, read_seq, log_number, own_after)
             SELECT s.site_id, s.conversation_id, s.member_id, s.seq, s.log_number,
                    CASE WHEN s.passes_own THEN
                      -(SELECT count(*) FROM timeline t
                         WHERE t.site_id = s.site_id AND t.conversation_id = s.conversation_id
                           AND t.seq > s.read_to AND t.seq <= s.seq AND t.author_id = s.member_id)
                    ELSE 0 END
               FROM stood s
             ON CONFLICT (site_id, conversation_id, member_id) DO UPDATE
                SET read_seq = greatest(r.read_seq, excluded.read_seq), log_number = greatest(r.log_number, excluded.log_number),
                    own_after = r.own_after + excluded.own_after",
        ))
        .bind(self.sites)
        .bind(self.conversations)
        .bind(self.members)
        .bind(self.messages)
        .bind(self.log_numbers)
        .execute(connection)
        .await?;
        Ok(())
    }
}
