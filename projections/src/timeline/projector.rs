//! Turns events of conversations, messages and participations into rows.

use causerie_events::{AggregateType, Event, LogEvent, MessageEvent, ParticipationEvent};
use sqlx::PgConnection;

use crate::projector::{ApplyError, Projector};
use crate::timeline::batch::Batch;
use crate::timeline::membership;

#[derive(Debug, Default, Clone, Copy)]
pub struct TimelineProjector;

impl Projector for TimelineProjector {
    const NAME: &'static str = super::NAME;
    const TABLES: &'static [&'static str] =
        &["timeline", "timeline_conversations", "timeline_participants", "timeline_readers", "timeline_reactions"];
    const READS: &'static [AggregateType] =
        &[AggregateType::Conversation, AggregateType::Message, AggregateType::Participation];

    async fn apply(&self, connection: &mut PgConnection, events: &[LogEvent]) -> Result<(), ApplyError> {
        let mut batch = Batch::default();
        for event in events.iter().filter(|event| Self::reads(event)) {
            match Event::decode(&event.recorded)? {
                Event::Message(MessageEvent::MessageSent(sent)) => batch.sent.add(event, sent)?,
                Event::Message(change) => batch.changes.push((event, change)),
                Event::Participation(ParticipationEvent::ReadMarkerMoved(marker)) => {
                    batch.markers.add(event, &marker)?;
                }
                Event::Conversation(conversation_event) => {
                    // The first number of a new participant depends on earlier messages, so these
                    // are written first.
                    std::mem::take(&mut batch).write(connection).await?;
                    membership::apply(connection, event, conversation_event).await?;
                }
                Event::Site(_) | Event::Member(_) | Event::Participation(_) | Event::System(_) => {}
            }
        }
        Ok(batch.write(connection).await?)
    }
}
