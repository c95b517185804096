//! Turns events of conversations and messages into rows.

use causerie_events::conversation::GroupCreated;
use causerie_events::message::MessageSent;
use causerie_events::{ConversationEvent, Event, LogEvent, MemberId, MessageEvent};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::checkpoint::signed;
use crate::ids::uuid_of;
use crate::runner::{ApplyError, Projector};

/// Writes `timeline` and its tables.
#[derive(Debug, Default, Clone, Copy)]
pub struct TimelineProjector;

impl Projector for TimelineProjector {
    const NAME: &'static str = super::NAME;

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        for event in events {
            match Event::decode(&event.recorded)? {
                Event::Conversation(conversation_event) => conversation(connection, event, conversation_event).await?,
                Event::Message(MessageEvent::MessageSent(sent)) => message(connection, event, sent).await?,
                Event::Site(_) | Event::Member(_) => {}
            }
        }
        Ok(())
    }
}

async fn conversation(
    connection: &mut PgConnection,
    event: &LogEvent,
    conversation_event: ConversationEvent,
) -> Result<(), sqlx::Error> {
    let site = event.recorded.stream.site_id().as_str();
    let id = uuid_of(event)?;
    match conversation_event {
        ConversationEvent::GroupCreated(GroupCreated { creator, participants, history, name: _ }) => {
            sqlx::query("INSERT INTO timeline_conversations (site_id, conversation_id, history) VALUES ($1, $2, $3)")
                .bind(site)
                .bind(id)
                .bind(history.as_str())
                .execute(&mut *connection)
                .await?;
            let members: Vec<MemberId> = std::iter::once(creator).chain(participants).collect();
            seat(connection, site, id, &members).await
        }
        ConversationEvent::ParticipantAdded(participant) => seat(connection, site, id, &[participant.member_id]).await,
        ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
            sqlx::query(
                "DELETE FROM timeline_participants WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3",
            )
            .bind(site)
            .bind(id)
            .bind(participant.member_id.as_str())
            .execute(connection)
            .await?;
            Ok(())
        }
        ConversationEvent::AdminGranted(_) | ConversationEvent::GroupClosed => Ok(()),
    }
}

/// Newcomers read from the next message on, or from the first where the group says so.
async fn seat(connection: &mut PgConnection, site: &str, id: Uuid, members: &[MemberId]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO timeline_participants (site_id, conversation_id, member_id, first_seq)
         SELECT c.site_id, c.conversation_id, m, CASE c.history WHEN 'all' THEN 1 ELSE c.last_seq + 1 END
           FROM timeline_conversations c, unnest($3::text[]) AS m
          WHERE c.site_id = $1 AND c.conversation_id = $2",
    )
    .bind(site)
    .bind(id)
    .bind(members.iter().map(MemberId::as_str).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn message(connection: &mut PgConnection, event: &LogEvent, sent: MessageSent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH numbered AS (
           UPDATE timeline_conversations SET last_seq = last_seq + 1
            WHERE site_id = $1 AND conversation_id = $2 RETURNING last_seq)
         INSERT INTO timeline (site_id, conversation_id, seq, message_id, author_id, text, reply_to, sent_at, log_number)
         SELECT $1, $2, last_seq, $3::text::uuid, $4, $5, $6, $7::text::timestamptz, $8 FROM numbered",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(sent.conversation_id.as_uuid())
    .bind(event.recorded.stream.local_id())
    .bind(sent.author_id.as_str())
    .bind(sent.text.as_str())
    .bind(sent.reply_to.map(causerie_events::MessageId::as_uuid))
    .bind(sent.sent_at.to_string())
    .bind(signed(event.log_number))
    .execute(connection)
    .await?;
    Ok(())
}
