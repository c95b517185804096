//! State that is folded from events, and what the log stores of an event beside its JSON.

use serde::Serialize;

use crate::event::Event;

/// An event of one aggregate.
pub trait DomainEvent: Serialize + TryFrom<Event> + Send + Sync {
    /// The name of its type.
    fn event_type(&self) -> String;
    /// The version of its type: the shape of its JSON.
    fn event_version(&self) -> String;
}

/// State that is folded from the events of one stream.
pub trait Aggregate: Default + Send + Sync {
    /// The events of its stream.
    type Event: DomainEvent;
    /// Why a command to it is rejected.
    type Error: 'static;

    /// Takes an event into the state. Total: what is in the log has happened.
    fn apply(&mut self, event: Self::Event);
}
