//! The rules of a participation.

use causerie_events::ParticipationEvent as Event;

use crate::aggregate::Decide;
use crate::message::MessageError;
use crate::participation::{ChangePreferences, MarkRead, Participation, ParticipationCommand, ParticipationError};
use crate::permission::{ConversationAct, permit};

type Decided = Result<Vec<Event>, ParticipationError>;

impl Decide for Participation {
    fn decide(&self, command: ParticipationCommand) -> Decided {
        match command {
            ParticipationCommand::MarkRead(command) => self.mark_read(command),
            ParticipationCommand::ChangePreferences(command) => self.change_preferences(&command),
        }
    }
}

impl Participation {
    /// The marker never moves back: a device that is behind changes nothing.
    fn mark_read(&self, command: MarkRead) -> Decided {
        permit(ConversationAct::KeepOwn, &command.actor, &command.place)?;
        let target = command.target.ok_or(MessageError::NotFound)?;
        let further = self.marker.as_ref().is_none_or(|marker| marker.position < target.position);
        Ok(if further { vec![Event::ReadMarkerMoved(target)] } else { Vec::new() })
    }

    fn change_preferences(&self, command: &ChangePreferences) -> Decided {
        permit(ConversationAct::KeepOwn, &command.actor, &command.place)?;
        let changes = [
            (self.muted, command.muted, Event::ConversationMuted, Event::ConversationUnmuted),
            // Archived as the list shows it: a message is not an event of the participation.
            (
                self.archived && !command.brought_back,
                command.archived,
                Event::ConversationArchived,
                Event::ConversationUnarchived,
            ),
            (self.pinned, command.pinned, Event::ConversationPinned, Event::ConversationUnpinned),
        ];
        let asked_for = changes.into_iter().filter_map(|(now, asked, on, off)| match asked {
            Some(asked) if asked != now => Some(if asked { on } else { off }),
            Some(_) | None => None,
        });
        Ok(asked_for.collect())
    }
}
