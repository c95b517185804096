//! The bridge between a pure decision and cqrs-es.

use cqrs_es::Aggregate;

/// An aggregate whose rules are one pure function.
pub trait Decide: Aggregate {
    /// The events that the command brings about; none when it is already in effect.
    fn decide(&self, command: Self::Command) -> Result<Vec<Self::Event>, Self::Error>;
}

/// Implements cqrs-es' `Aggregate` by way of [`Decide`]: `handle` only feeds the decided events to the sink. A macro, as a
/// blanket implementation of a foreign trait is not possible.
macro_rules! aggregate {
    ($name:ty, $type:literal, $command:ty, $event:ty, $error:ty) => {
        impl cqrs_es::Aggregate for $name {
            const TYPE: &'static str = $type;
            type Command = $command;
            type Event = $event;
            type Error = $error;
            type Services = ();

            async fn handle(
                &mut self,
                command: Self::Command,
                (): &(),
                sink: &cqrs_es::event_sink::EventSink<Self>,
            ) -> Result<(), Self::Error> {
                for event in $crate::aggregate::Decide::decide(self, command)? {
                    sink.write(event, self).await;
                }
                Ok(())
            }

            fn apply(&mut self, event: Self::Event) {
                self.evolve(event);
            }
        }
    };
}
pub(crate) use aggregate;
