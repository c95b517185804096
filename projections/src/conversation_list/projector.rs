//! Turns events of sites, conversations and messages into rows.

use causerie_events::conversation::GroupCreated;
use causerie_events::message::MessageSent;
use causerie_events::{ConversationEvent, Event, LogEvent, MemberId, MessageEvent, SiteEvent};
use sqlx::PgConnection;

use crate::checkpoint::signed;
use crate::ids::uuid_of;
use crate::runner::{ApplyError, Projector};

/// Writes `conversation_list` and its tables.
#[derive(Debug, Default, Clone, Copy)]
pub struct ConversationListProjector;

impl Projector for ConversationListProjector {
    const NAME: &'static str = super::NAME;

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        for event in events {
            match Event::decode(&event.recorded)? {
                Event::Site(site_event) => site(connection, event, &site_event).await?,
                Event::Conversation(conversation_event) => conversation(connection, event, conversation_event).await?,
                Event::Message(MessageEvent::MessageSent(sent)) => message(connection, event, sent).await?,
                Event::Member(_) => {}
            }
        }
        Ok(())
    }
}

async fn site(connection: &mut PgConnection, event: &LogEvent, site_event: &SiteEvent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO conversation_list_sites (site_id, member_chat_enabled) VALUES ($1, $2)
         ON CONFLICT (site_id) DO UPDATE SET member_chat_enabled = excluded.member_chat_enabled",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(matches!(site_event, SiteEvent::MemberChatEnabled))
    .execute(connection)
    .await?;
    Ok(())
}

async fn conversation(
    connection: &mut PgConnection,
    event: &LogEvent,
    conversation_event: ConversationEvent,
) -> Result<(), ApplyError> {
    match conversation_event {
        ConversationEvent::GroupCreated(created) => create(connection, event, created).await?,
        ConversationEvent::ParticipantAdded(participant) => {
            seat(connection, event, &[participant.member_id]).await?;
        }
        ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
            on_participant(
                connection,
                event,
                &participant.member_id,
                "WITH gone AS (DELETE FROM conversation_list_participants
                                WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3 RETURNING 1)
                 UPDATE conversation_list SET participant_count = participant_count - (SELECT count(*) FROM gone)
                  WHERE site_id = $1 AND conversation_id = $2",
            )
            .await?;
        }
        ConversationEvent::AdminGranted(participant) => {
            on_participant(
                connection,
                event,
                &participant.member_id,
                "UPDATE conversation_list_participants SET admin = true
                  WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3",
            )
            .await?;
        }
        ConversationEvent::GroupClosed => {
            sqlx::query("UPDATE conversation_list SET closed = true WHERE site_id = $1 AND conversation_id = $2")
                .bind(event.recorded.stream.site_id().as_str())
                .bind(uuid_of(event)?)
                .execute(connection)
                .await?;
        }
    }
    Ok(())
}

async fn create(connection: &mut PgConnection, event: &LogEvent, created: GroupCreated) -> Result<(), ApplyError> {
    sqlx::query(
        "INSERT INTO conversation_list (site_id, conversation_id, kind, name, history, last_log_number)
         VALUES ($1, $2, 'group', $3, $4, $5)",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(uuid_of(event)?)
    .bind(created.name.as_str())
    .bind(created.history.as_str())
    .bind(signed(event.log_number))
    .execute(&mut *connection)
    .await?;
    let creator = created.creator.clone();
    let members: Vec<MemberId> = std::iter::once(created.creator).chain(created.participants).collect();
    seat(connection, event, &members).await?;
    on_participant(
        connection,
        event,
        &creator,
        "UPDATE conversation_list_participants SET admin = true
          WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3",
    )
    .await
}

/// Newcomers take their seats in the order given, and read from here on, or from the start where the group says so.
async fn seat(connection: &mut PgConnection, event: &LogEvent, members: &[MemberId]) -> Result<(), ApplyError> {
    sqlx::query(
        "WITH seated AS (
           INSERT INTO conversation_list_participants (site_id, conversation_id, member_id, seat, reads_from)
           SELECT c.site_id, c.conversation_id, m.member_id, c.next_seat + m.ordinal,
                  CASE c.history WHEN 'all' THEN 0 ELSE $4 END
             FROM conversation_list c, unnest($3::text[]) WITH ORDINALITY AS m(member_id, ordinal)
            WHERE c.site_id = $1 AND c.conversation_id = $2
           RETURNING 1)
         UPDATE conversation_list
            SET participant_count = participant_count + (SELECT count(*) FROM seated),
                next_seat = next_seat + (SELECT count(*) FROM seated)
          WHERE site_id = $1 AND conversation_id = $2",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(uuid_of(event)?)
    .bind(members.iter().map(MemberId::as_str).collect::<Vec<_>>())
    .bind(signed(event.log_number))
    .execute(connection)
    .await?;
    Ok(())
}

async fn on_participant(
    connection: &mut PgConnection,
    event: &LogEvent,
    member: &MemberId,
    statement: &'static str,
) -> Result<(), ApplyError> {
    sqlx::query(statement)
        .bind(event.recorded.stream.site_id().as_str())
        .bind(uuid_of(event)?)
        .bind(member.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

async fn message(connection: &mut PgConnection, event: &LogEvent, sent: MessageSent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE conversation_list
            SET last_message_id = $3::text::uuid, last_author_id = $4, last_text = $5, last_sent_at = $6::text::timestamptz,
                last_message_log_number = $7, last_log_number = $7
          WHERE site_id = $1 AND conversation_id = $2",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(sent.conversation_id.as_uuid())
    .bind(event.recorded.stream.local_id())
    .bind(sent.author_id.as_str())
    .bind(sent.text.as_str())
    .bind(sent.sent_at.to_string())
    .bind(signed(event.log_number))
    .execute(connection)
    .await?;
    Ok(())
}
