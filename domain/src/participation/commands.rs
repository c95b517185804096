//! The commands to a participation. Only the member can issue them.

use causerie_events::participation::ReadMarker;
use causerie_events::{ConversationId, MemberId, MessageId, ParticipationEvent as Event, SiteId, StreamId};

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::error::MessageError;
use crate::participation::Participation;
use crate::permission::{ConversationAction, ConversationContext, permit};

#[derive(Debug, Clone)]
pub struct MarkRead {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub message: MessageId,
}

#[derive(Debug, Clone)]
pub struct MarkReadFacts {
    pub context: ConversationContext,
    /// The message and its position in the log; `None` if it does not exist or the actor may not read it.
    pub target: Option<ReadMarker>,
}

impl Decide for MarkRead {
    type Aggregate = Participation;
    type Facts = MarkReadFacts;

    fn stream(&self, actor: &MemberId) -> StreamId {
        StreamId::participation(&self.site, self.conversation, actor)
    }

    /// The marker never moves back, so a device that is behind changes nothing.
    fn decide(&self, state: &Participation, actor: &Actor, facts: &MarkReadFacts) -> Decided<Participation> {
        permit(ConversationAction::UpdateParticipation, actor, &facts.context)?;
        let target = facts.target.clone().ok_or(MessageError::NotFound)?;
        let further = state.marker.as_ref().is_none_or(|marker| marker.position < target.position);
        Ok(if further { vec![Event::ReadMarkerMoved(target)] } else { Vec::new() })
    }
}

#[derive(Debug, Clone)]
pub struct ChangePreferences {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub muted: Option<bool>,
    pub archived: Option<bool>,
    pub pinned: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct PreferencesFacts {
    pub context: ConversationContext,
    /// Whether a message has arrived since the conversation was archived, so that it is listed again.
    pub brought_back: bool,
}

impl Decide for ChangePreferences {
    type Aggregate = Participation;
    type Facts = PreferencesFacts;

    fn stream(&self, actor: &MemberId) -> StreamId {
        StreamId::participation(&self.site, self.conversation, actor)
    }

    fn decide(&self, state: &Participation, actor: &Actor, facts: &PreferencesFacts) -> Decided<Participation> {
        permit(ConversationAction::UpdateParticipation, actor, &facts.context)?;
        // A message returns a conversation to the list without an event of the participation.
        let archived = state.archived && !facts.brought_back;
        let changes = [
            (state.muted, self.muted, Event::ConversationMuted, Event::ConversationUnmuted),
            (archived, self.archived, Event::ConversationArchived, Event::ConversationUnarchived),
            (state.pinned, self.pinned, Event::ConversationPinned, Event::ConversationUnpinned),
        ];
        let events = changes.into_iter().filter_map(|(now, given, on, off)| match given {
            Some(given) if given != now => Some(if given { on } else { off }),
            Some(_) | None => None,
        });
        Ok(events.collect())
    }
}
