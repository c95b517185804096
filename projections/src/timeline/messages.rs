//! Inserts messages: any number in one statement, numbered in log order.

use causerie_events::message::MessageSent;
use causerie_events::{LogEvent, MessageId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::checkpoint::signed;
use crate::ids::uuid_of;

/// Messages in log order, column by column.
#[derive(Debug, Default)]
pub(super) struct Sent<'a> {
    sites: Vec<&'a str>,
    conversations: Vec<Uuid>,
    ids: Vec<Uuid>,
    authors: Vec<String>,
    texts: Vec<String>,
    replies: Vec<Option<Uuid>>,
    times: Vec<String>,
    log_numbers: Vec<i64>,
}

impl<'a> Sent<'a> {
    pub(super) fn add(&mut self, event: &'a LogEvent, sent: MessageSent) -> Result<(), sqlx::Error> {
        self.ids.push(uuid_of(event)?);
        self.sites.push(event.recorded.stream.site_id().as_str());
        self.conversations.push(sent.conversation_id.as_uuid());
        self.authors.push(sent.author_id.into());
        self.texts.push(sent.text.as_str().to_owned());
        self.replies.push(sent.reply_to.map(MessageId::as_uuid));
        self.times.push(sent.sent_at.to_string());
        self.log_numbers.push(signed(event.log_number));
        Ok(())
    }

    /// Inserts the messages, updates the last number of their conversations, and counts them for
    /// their authors, because own messages are never unread. Row writes: one per message, per
    /// conversation and per author in it.
    pub(super) async fn write(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.ids.is_empty() {
            return Ok(());
        }
        sqlx::query(
            "WITH sent AS (
               SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::bigint[])
                 AS s(site_id, conversation_id, message_id, author_id, text, reply_to, sent_at, log_number)
             ), counted AS (
               SELECT site_id, conversation_id, count(*) AS messages, max(log_number) AS log_number
                 FROM sent GROUP BY site_id, conversation_id
             ), moved AS (
               UPDATE timeline_conversations c
                  SET last_seq = c.last_seq + counted.messages, log_number = greatest(c.log_number, counted.log_number)
                 FROM counted
                WHERE c.site_id = counted.site_id AND c.conversation_id = counted.conversation_id
               RETURNING c.site_id, c.conversation_id, c.last_seq - counted.messages AS before
             ), numbered AS (
               SELECT sent.*, moved.before + row_number() OVER (
                        PARTITION BY sent.site_id, sent.conversation_id ORDER BY sent.log_number) AS seq
                 FROM sent JOIN moved ON moved.site_id = sent.site_id AND moved.conversation_id = sent.conversation_id
             ), written AS (
               INSERT INTO timeline
                 (site_id, conversation_id, seq, message_id, author_id, text, reply_to, sent_at, log_number)
               SELECT site_id, conversation_id, seq, message_id, author_id, text, reply_to, sent_at::timestamptz, log_number
                 FROM numbered)
             INSERT INTO timeline_readers AS r (site_id, conversation_id, member_id, own_after)
             SELECT site_id, conversation_id, author_id, count(*) FROM numbered
              GROUP BY site_id, conversation_id, author_id
             ON CONFLICT (site_id, conversation_id, member_id) DO UPDATE SET own_after = r.own_after + excluded.own_after",
        )
        .bind(self.sites)
        .bind(self.conversations)
        .bind(self.ids)
        .bind(self.authors)
        .bind(self.texts)
        .bind(self.replies)
        .bind(self.times)
        .bind(self.log_numbers)
        .execute(connection)
        .await?;
        Ok(())
    }
}
