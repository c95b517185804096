//! The one loop that every command goes through.

use std::sync::Arc;
use std::time::Duration;

use causerie_domain::{Actor, Decide, Refusal};
use causerie_events::{Metadata, Position, StreamId};
use causerie_store::{Append, Loaded, StoreErrorKind};
use cqrs_es::DomainEvent;
use rand::Rng;
use uuid::Uuid;

use super::kept::Keep;
use crate::commands::{CommandError, Commands};

/// How often a command decides again when something it read has moved.
pub(super) const RETRIES: u32 = 3;
/// The longest pause before the first retry; each further one may be twice as long.
const PAUSE: Duration = Duration::from_millis(4);

/// Who sends a command, and by which request.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Who.
    pub actor: Actor,
    /// The id of the request.
    pub request_id: String,
}

/// What a command brought about, or found in effect already.
#[derive(Debug, Clone)]
pub struct Receipt<A> {
    /// The aggregate after the command.
    pub aggregate: A,
    /// Its version: the number of its last event.
    pub version: u64,
    /// Where its last event stands in the log: a read model that has got there shows it.
    pub position: Position,
}

impl Sender {
    pub(super) fn metadata(&self) -> Metadata {
        Metadata {
            actor: self.actor.member.clone(),
            role: self.actor.role.as_str().to_owned(),
            request_id: Some(self.request_id.clone()),
        }
    }
}

/// What one attempt came to.
enum Outcome<A> {
    Done(Receipt<A>),
    /// Something it read has moved: look up again and decide again.
    Moved,
}

/// One decision: the aggregate it is about, the other streams it read, and the command with the facts from them.
pub(super) struct Attempt<A: Decide> {
    pub(super) target: Arc<Loaded<A>>,
    pub(super) guards: Vec<(StreamId, u64)>,
    pub(super) command: A::Command,
}

impl Commands {
    /// Carries a command out, to its end: a client that hangs up cancels nothing half-done.
    pub(super) async fn execute<A, F>(
        &self,
        sender: Sender,
        look_up: impl Fn(Self) -> F + Send + 'static,
    ) -> Result<Receipt<A>, CommandError>
    where
        A: Keep + Clone + 'static,
        A::Command: Send,
        A::Event: DomainEvent,
        A::Error: Refusal,
        F: Future<Output = Result<Attempt<A>, CommandError>> + Send,
    {
        let commands = self.clone();
        let task = tokio::spawn(async move {
            for retry in 0..=RETRIES {
                if retry > 0 {
                    pause(retry).await;
                }
                let attempt = look_up(commands.clone()).await?;
                if let Outcome::Done(receipt) = commands.attempt(&sender, attempt).await? {
                    return Ok(receipt);
                }
            }
            Err(CommandError::Contended)
        });
        task.await.unwrap_or(Err(CommandError::Stopping))
    }

    async fn attempt<A>(&self, sender: &Sender, attempt: Attempt<A>) -> Result<Outcome<A>, CommandError>
    where
        A: Keep + Clone,
        A::Error: Refusal,
    {
        let Attempt { target, guards, command } = attempt;
        let mut reads = guards;
        reads.push(target.seen());
        let decided = target.aggregate.decide(command);
        let Loaded { stream, mut aggregate, version } = Arc::unwrap_or_clone(target);
        let events = match decided {
            Ok(events) if !events.is_empty() => events,
            // Nothing to append, so nothing that would check the versions: what was decided holds only if they still stand.
            _ if !self.still_stands(&reads).await? => return Ok(Outcome::Moved),
            Ok(_) => {
                let position = self.database.last_position(&stream).await?.unwrap_or_default();
                return Ok(Outcome::Done(Receipt { aggregate, version, position }));
            }
            Err(refusal) => return Err(CommandError::refused(refusal)),
        };
        let mut append = Append::to_stream(&stream, version, &events, &sender.metadata(), Uuid::now_v7)?;
        append.reads = reads;
        append.guards.push(stream.clone());
        let position = match self.database.append(&append).await {
            Ok(position) => position,
            Err(error) if error.kind == StoreErrorKind::Moved => {
                self.still_stands(&append.reads).await?;
                return Ok(Outcome::Moved);
            }
            Err(error) => return Err(error.into()),
        };
        self.wake.wake();
        let version = version + events.len() as u64;
        for event in events {
            aggregate.apply(event);
        }
        A::keep(&self.kept, Loaded { stream, aggregate: aggregate.clone(), version });
        Ok(Outcome::Done(Receipt { aggregate, version, position }))
    }
}

pub(super) async fn pause(retry: u32) {
    let longest = PAUSE * 2_u32.pow(retry - 1);
    let pause = rand::rng().random_range(Duration::ZERO..=longest);
    tokio::time::sleep(pause).await;
}
