//! What every command has: the stream that it changes, and a pure decision.

use causerie_events::{Aggregate, MemberId, StreamId};

use crate::actor::Actor;
use crate::error::Refusal;

/// The events that a command brings about, or why it is rejected.
pub type Decided<A> = Result<Vec<<A as Aggregate>::Event>, <A as Aggregate>::Error>;

/// A command: what an actor asks of one aggregate.
pub trait Decide {
    /// The aggregate that it changes.
    type Aggregate: Aggregate<Error: Refusal>;
    /// What the decision reads beside the aggregate and the actor.
    type Facts;

    /// The stream of the aggregate. Commands for the actor's own stream do not name the member.
    fn stream(&self, actor: &MemberId) -> StreamId;

    /// Pure. No events where the command is already in effect.
    fn decide(&self, state: &Self::Aggregate, actor: &Actor, facts: &Self::Facts) -> Decided<Self::Aggregate>;
}
