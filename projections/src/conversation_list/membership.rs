//! Conversations and their participants. Staff are not participants of conversations with the
//! business: their role gives access.

use causerie_events::conversation::{ConversationKind, GroupCreated, History};
use causerie_events::{LogEvent, MemberId};
use sqlx::PgConnection;

use crate::checkpoint::signed;
use crate::ids::uuid_of;

pub(super) struct NewConversation {
    kind: ConversationKind,
    name: Option<String>,
    history: History,
    participants: Vec<MemberId>,
}

impl NewConversation {
    /// A group, whose creator is the first participant.
    pub(super) fn group(created: GroupCreated) -> Self {
        Self {
            kind: ConversationKind::Group,
            name: Some(created.name.as_str().to_owned()),
            history: created.history,
            participants: std::iter::once(created.creator).chain(created.participants).collect(),
        }
    }

    /// A conversation whose participants never change, so all may read from the start.
    pub(super) fn of(kind: ConversationKind, participants: Vec<MemberId>) -> Self {
        Self { kind, name: None, history: History::All, participants }
    }
}

pub(super) async fn start(
    connection: &mut PgConnection,
    event: &LogEvent,
    start: NewConversation,
) -> Result<(), sqlx::Error> {
    let first = start.participants.first().map(MemberId::as_str);
    sqlx::query(
        "WITH started AS (
           INSERT INTO conversation_list (site_id, conversation_id, kind, name, history, member_id, last_log_number, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::timestamptz) ON CONFLICT DO NOTHING)
         INSERT INTO conversation_list_inbox (site_id, conversation_id, last_log_number)
         SELECT $1, $2, $7 WHERE $3 = 'business' ON CONFLICT DO NOTHING",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(uuid_of(event)?)
    .bind(start.kind.as_str())
    .bind(start.name)
    .bind(start.history.as_str())
    .bind(first.filter(|_| start.kind == ConversationKind::Business))
    .bind(signed(event.log_number))
    .bind(event.recorded.recorded_at.to_string())
    .execute(&mut *connection)
    .await?;
    join(connection, event, &start.participants).await?;
    match start.participants.first() {
        Some(creator) if start.kind == ConversationKind::Group => set_admin(connection, event, creator, true).await,
        _ => Ok(()),
    }
}

/// Adds participants in the given order. They read from here on, or from the start if the history
/// of the conversation is open.
pub(super) async fn join(
    connection: &mut PgConnection,
    event: &LogEvent,
    members: &[MemberId],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH joined AS (
           INSERT INTO conversation_list_participants
             (site_id, conversation_id, member_id, join_number, reads_from, joined_log_number)
           SELECT c.site_id, c.conversation_id, m.member_id, c.last_join_number + m.ordinal,
                  CASE c.history WHEN 'all' THEN 0 ELSE $4 END, $4
             FROM conversation_list c, unnest($3::text[]) WITH ORDINALITY AS m(member_id, ordinal)
            WHERE c.site_id = $1 AND c.conversation_id = $2
           ON CONFLICT DO NOTHING
           RETURNING 1)
         UPDATE conversation_list
            SET participant_count = participant_count + (SELECT count(*) FROM joined),
                last_join_number = last_join_number + cardinality($3::text[])
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

pub(super) async fn leave(
    connection: &mut PgConnection,
    event: &LogEvent,
    member: &MemberId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH departed AS (DELETE FROM conversation_list_participants
                        WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3 RETURNING 1)
         UPDATE conversation_list SET participant_count = participant_count - (SELECT count(*) FROM departed)
          WHERE site_id = $1 AND conversation_id = $2",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(uuid_of(event)?)
    .bind(member.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn set_admin(
    connection: &mut PgConnection,
    event: &LogEvent,
    member: &MemberId,
    admin: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE conversation_list_participants SET admin = $4
          WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3",
    )
    .bind(event.recorded.stream.site_id().as_str())
    .bind(uuid_of(event)?)
    .bind(member.as_str())
    .bind(admin)
    .execute(connection)
    .await?;
    Ok(())
}
