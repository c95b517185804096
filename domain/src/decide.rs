//! The trait of all commands: the stream a command changes, and a pure decision.

use causerie_events::{Aggregate, MemberId, StreamId};

use crate::actor::Actor;
use crate::error::Refusal;

/// The events of a command, or the reason why it is rejected.
pub type Decided<A> = Result<Vec<<A as Aggregate>::Event>, <A as Aggregate>::Error>;

/// A command to one aggregate.
pub trait Decide {
    type Aggregate: Aggregate<Error: Refusal>;
    /// Data of other aggregates that the decision depends on.
    type Facts;

    /// The stream of the aggregate. `actor` matters only to commands that change the stream of the actor.
    fn stream(&self, actor: &MemberId) -> StreamId;

    /// Returns no events if the command is already in effect. Pure.
    fn decide(&self, state: &Self::Aggregate, actor: &Actor, facts: &Self::Facts) -> Decided<Self::Aggregate>;
}
