//! The first message that each participant may read.

use causerie_events::conversation::{ConversationKind, History};
use causerie_events::{ConversationEvent, LogEvent, MemberId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ids::uuid_of;

pub(super) async fn apply(
    connection: &mut PgConnection,
    event: &LogEvent,
    conversation_event: ConversationEvent,
) -> Result<(), sqlx::Error> {
    let at = (event.recorded.stream.site_id().as_str(), uuid_of(event)?);
    match conversation_event {
        ConversationEvent::GroupCreated(created) => {
            let members: Vec<MemberId> = std::iter::once(created.creator).chain(created.participants).collect();
            start(connection, at, ConversationKind::Group, created.history, &members).await
        }
        // Their participants never change, so all may read from the start.
        ConversationEvent::DirectConversationStarted(started) => {
            start(connection, at, ConversationKind::Direct, History::All, &[started.starter, started.peer]).await
        }
        ConversationEvent::BusinessConversationStarted(participant) => {
            start(connection, at, ConversationKind::Business, History::All, &[participant.member_id]).await
        }
        ConversationEvent::ParticipantAdded(participant) => join(connection, at, &[participant.member_id]).await,
        ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
            leave(connection, at, &participant.member_id).await
        }
        ConversationEvent::HistoryChanged(changed) => change_history(connection, at, changed.history).await,
        ConversationEvent::AdminGranted(_)
        | ConversationEvent::AdminRevoked(_)
        | ConversationEvent::GroupRenamed(_)
        | ConversationEvent::GroupImageChanged(_)
        | ConversationEvent::GroupImageRemoved
        | ConversationEvent::GroupClosed
        | ConversationEvent::GroupDeleted => Ok(()),
    }
}

type SiteAndId<'a> = (&'a str, Uuid);

async fn start(
    connection: &mut PgConnection,
    (site, id): SiteAndId<'_>,
    kind: ConversationKind,
    history: History,
    members: &[MemberId],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO timeline_conversations (site_id, conversation_id, kind, history) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(site)
    .bind(id)
    .bind(kind.as_str())
    .bind(history.as_str())
    .execute(&mut *connection)
    .await?;
    join(connection, (site, id), members).await
}

/// New participants read from the next message on, or from the first one if the history of the
/// group is open. A member who joins again may have another first message, so the own messages are
/// counted again.
async fn join(
    connection: &mut PgConnection,
    (site, id): SiteAndId<'_>,
    members: &[MemberId],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "WITH joined AS (
           INSERT INTO timeline_participants (site_id, conversation_id, member_id, first_seq)
           SELECT c.site_id, c.conversation_id, m, CASE c.history WHEN 'all' THEN 1 ELSE c.last_seq + 1 END
             FROM timeline_conversations c, unnest($3::text[]) AS m
            WHERE c.site_id = $1 AND c.conversation_id = $2
           ON CONFLICT DO NOTHING
           RETURNING member_id, first_seq)
         UPDATE timeline_readers r
            SET own_after = (SELECT count(*) FROM timeline t
                              WHERE t.site_id = $1 AND t.conversation_id = $2 AND t.author_id = r.member_id
                                AND t.seq > greatest(r.read_seq, joined.first_seq - 1))
           FROM joined
          WHERE r.site_id = $1 AND r.conversation_id = $2 AND r.member_id = joined.member_id",
    )
    .bind(site)
    .bind(id)
    .bind(members.iter().map(MemberId::as_str).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn leave(connection: &mut PgConnection, (site, id): SiteAndId<'_>, member: &MemberId) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM timeline_participants WHERE site_id = $1 AND conversation_id = $2 AND member_id = $3")
        .bind(site)
        .bind(id)
        .bind(member.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

async fn change_history(
    connection: &mut PgConnection,
    (site, id): SiteAndId<'_>,
    history: History,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE timeline_conversations SET history = $3 WHERE site_id = $1 AND conversation_id = $2")
        .bind(site)
        .bind(id)
        .bind(history.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
