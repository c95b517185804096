//! Turns events of sites, conversations, messages and participations into rows.

use causerie_events::conversation::ConversationKind;
use causerie_events::{AggregateType, ConversationEvent, Event, LogEvent, MessageEvent, ParticipationEvent};
use sqlx::PgConnection;

use crate::conversation_list::activity::Activity;
use crate::conversation_list::membership::{self, NewConversation};
use crate::conversation_list::preferences;
use crate::ids::uuid_of;
use crate::projector::{ApplyError, Projector};
use crate::sites;

#[derive(Debug, Default, Clone, Copy)]
pub struct ConversationListProjector;

impl Projector for ConversationListProjector {
    const NAME: &'static str = super::NAME;
    const TABLES: &'static [&'static str] = &[
        "conversation_list",
        "conversation_list_participants",
        "conversation_list_sites",
        "conversation_list_inbox",
        "conversation_list_preferences",
    ];
    const READS: &'static [AggregateType] =
        &[AggregateType::Site, AggregateType::Conversation, AggregateType::Message, AggregateType::Participation];

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        let mut activity = Activity::default();
        for event in events.iter().filter(|event| Self::reads(event)) {
            match Event::decode(&event.recorded)? {
                Event::Message(MessageEvent::MessageSent(sent)) => activity.sent(event, sent.conversation_id),
                Event::Site(site_event) => {
                    sites::apply(connection, "conversation_list_sites", event, &site_event).await?;
                }
                Event::Conversation(conversation_event) => conversation(connection, event, conversation_event).await?,
                Event::Participation(ParticipationEvent::ReadMarkerMoved(_))
                | Event::Member(_)
                | Event::Message(_)
                | Event::System(_) => {}
                Event::Participation(participation_event) => {
                    // A message before the archiving does not bring the conversation back.
                    std::mem::take(&mut activity).write(connection).await?;
                    preferences::apply(connection, event, &participation_event).await?;
                }
            }
        }
        Ok(activity.write(connection).await?)
    }
}

async fn conversation(
    connection: &mut PgConnection,
    event: &LogEvent,
    conversation_event: ConversationEvent,
) -> Result<(), sqlx::Error> {
    match conversation_event {
        ConversationEvent::GroupCreated(created) => {
            membership::start(connection, event, NewConversation::group(created)).await
        }
        ConversationEvent::DirectConversationStarted(started) => {
            membership::start(
                connection,
                event,
                NewConversation::of(ConversationKind::Direct, vec![started.starter, started.peer]),
            )
            .await
        }
        ConversationEvent::BusinessConversationStarted(participant) => {
            membership::start(
                connection,
                event,
                NewConversation::of(ConversationKind::Business, vec![participant.member_id]),
            )
            .await
        }
        ConversationEvent::ParticipantAdded(participant) => {
            membership::join(connection, event, &[participant.member_id]).await
        }
        ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
            membership::leave(connection, event, &participant.member_id).await
        }
        ConversationEvent::AdminGranted(participant) => {
            membership::set_admin(connection, event, &participant.member_id, true).await
        }
        ConversationEvent::AdminRevoked(participant) => {
            membership::set_admin(connection, event, &participant.member_id, false).await
        }
        ConversationEvent::GroupRenamed(renamed) => set(connection, event, "name = $3", renamed.name.as_str()).await,
        ConversationEvent::HistoryChanged(changed) => {
            set(connection, event, "history = $3", changed.history.as_str()).await
        }
        ConversationEvent::GroupImageChanged(changed) => {
            set(connection, event, "image_id = $3::text::uuid", &changed.image.to_string()).await
        }
        ConversationEvent::GroupImageRemoved => set(connection, event, NO_IMAGE, "").await,
        ConversationEvent::GroupClosed | ConversationEvent::GroupDeleted => {
            set(connection, event, "closed = $3::text::boolean, image_id = NULL", "true").await
        }
    }
}

/// Contains the third parameter, because three are bound.
const NO_IMAGE: &str = "image_id = nullif($3::text, '')::uuid";

async fn set(
    connection: &mut PgConnection,
    event: &LogEvent,
    assignment: &'static str,
    value: &str,
) -> Result<(), sqlx::Error> {
    let statement = format!("UPDATE conversation_list SET {assignment} WHERE site_id = $1 AND conversation_id = $2");
    sqlx::query(&statement)
        .bind(event.recorded.stream.site_id().as_str())
        .bind(uuid_of(event)?)
        .bind(value)
        .execute(connection)
        .await?;
    Ok(())
}
