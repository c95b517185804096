//! State that is folded from events.

use crate::domain_event::DomainEvent;
use crate::event::Event;

/// State that is folded from the events of one stream.
pub trait Aggregate: Default + Send + Sync {
    /// The events of its stream.
    type Event: DomainEvent + TryFrom<Event>;
    /// Why a command to it is rejected.
    type Error: 'static;

    /// Applies an event to the state. Never fails: an event in the log has happened.
    fn apply(&mut self, event: Self::Event);
}
