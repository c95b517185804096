//! What the log stores of an event beside its JSON.

use serde::Serialize;

/// An event of one aggregate.
pub trait DomainEvent: Serialize + Send + Sync {
    /// The name of its type.
    fn event_type(&self) -> String;
    /// The version of its type: the shape of its JSON.
    fn event_version(&self) -> String;
}
