//! The one loop that every command goes through.

use std::sync::Arc;
use std::time::Duration;

use causerie_domain::{Decide, Kind, Refusal, Role};
use causerie_events::{MemberId, Metadata, Position, StreamId};
use causerie_store::{Append, Loaded, StoreError, StoreErrorKind};
use cqrs_es::{Aggregate, DomainEvent};
use rand::Rng;
use tracing::Instrument;
use uuid::Uuid;

use super::facts::Facts;
use super::kept::Keep;
use crate::commands::{CommandError, Commands};
use crate::edge::Precondition;

/// How often a command decides again when something it read has moved.
pub(super) const RETRIES: u32 = 3;
/// The longest pause before the first retry; each further one may be twice as long.
const PAUSE: Duration = Duration::from_millis(4);

/// Who sends a command, and by which request.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Who.
    pub member: MemberId,
    /// In which role, as their token says.
    pub role: Role,
    /// The id of the request.
    pub request_id: String,
    /// At which version of what it changes.
    pub precondition: Precondition,
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
    /// Somebody whose commands hold at any version.
    #[must_use]
    pub const fn new(member: MemberId, role: Role, request_id: String) -> Self {
        Self { member, role, request_id, precondition: Precondition::None }
    }

    /// What is recorded beside the events of a command. The log may have given the sender a role that their token has not.
    pub(super) fn metadata(&self, capacity: Role) -> Metadata {
        Metadata {
            actor: self.member.clone(),
            role: self.role.as_str().to_owned(),
            capacity: Some(capacity.as_str().to_owned()),
            request_id: Some(self.request_id.clone()),
        }
    }
}

/// A command as it comes in: what it is to, and what its decision has to look up.
#[expect(private_bounds, reason = "which aggregates are kept is this folder's business")]
pub trait Command: Send + Sync + 'static {
    /// What it is to.
    type Aggregate: Keep + Decide<Error: Refusal, Command: Send, Event: DomainEvent> + Clone + 'static;

    /// The stream it is to; its site is the tenant, and facts are looked up there.
    fn stream(&self, sender: &Sender) -> StreamId;

    /// Looks up the facts and puts the question to the domain.
    fn look_up(
        &self,
        sender: &Sender,
        facts: &mut Facts<'_>,
    ) -> impl Future<Output = Result<<Self::Aggregate as Aggregate>::Command, StoreError>> + Send;

    /// Looks up what depends on the target itself, and adds it to the question.
    fn look_up_for(
        &self,
        _: &mut <Self::Aggregate as Aggregate>::Command,
        _: &Self::Aggregate,
        _: &mut Facts<'_>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        async { Ok(()) }
    }

    /// The version of the target that the sender may know of, for `If-Match` and for the response; 0 where the target is
    /// hidden from them.
    fn visible_version(&self, _: &Sender, target: &Loaded<Self::Aggregate>) -> u64 {
        target.version
    }
}

/// What one attempt came to.
enum Outcome<A> {
    Done(Receipt<A>),
    /// Something it read has moved: look up again and decide again.
    Moved,
}

impl Commands {
    /// Carries a command out, to its end: a client that hangs up cancels nothing half-done.
    pub async fn execute<C: Command>(&self, sender: Sender, command: C) -> Result<Receipt<C::Aggregate>, CommandError> {
        let commands = self.clone();
        let work = async move {
            let stream = command.stream(&sender);
            let _turn = commands.turns.take(&stream).await;
            for retry in 0..=RETRIES {
                if retry > 0 {
                    pause(retry).await;
                }
                if let Outcome::Done(receipt) = commands.attempt(&sender, &command, &stream).await? {
                    return Ok(receipt);
                }
            }
            Err(CommandError::Contended)
        };
        tokio::spawn(work.in_current_span()).await.unwrap_or(Err(CommandError::Stopping))
    }

    async fn attempt<C: Command>(
        &self,
        sender: &Sender,
        command: &C,
        stream: &StreamId,
    ) -> Result<Outcome<C::Aggregate>, CommandError> {
        // Before anything is read: what is decided now is appended in this epoch or not at all.
        let epoch = self.database.epoch().await?;
        let mut facts = Facts::new(self, stream.site_id());
        let mut question = command.look_up(sender, &mut facts).await?;
        let found = C::Aggregate::get(self, stream.clone()).await?;
        command.look_up_for(&mut question, &found.loaded.aggregate, &mut facts).await?;
        let (target, cached) = (found.loaded, facts.cached + usize::from(found.cached));
        let metadata = sender.metadata(facts.capacity.unwrap_or(sender.role));
        let mut reads = facts.seen;
        reads.push(target.seen());
        let visible_version = command.visible_version(sender, &target);
        // The decision comes first: a refusal must not depend on a version that the sender may not know.
        let decided = match target.aggregate.decide(question) {
            Ok(events) if sender.precondition.holds(visible_version) => Ok(events),
            Ok(_) => Err(CommandError::Precondition),
            Err(refusal) => Err(refused_under(sender.precondition, visible_version, refusal)),
        };
        let Loaded { stream, aggregate, version } = Arc::unwrap_or_clone(target);
        let events = match decided {
            Ok(events) if !events.is_empty() => events,
            // Nothing to append, so nothing that would check the versions: what was decided holds only if they still stand.
            _ if !self.still_stands(&reads).await? => return Ok(Outcome::Moved),
            Ok(_) => {
                let position = if visible_version == version {
                    self.database.last_position(&stream).await?
                } else {
                    self.database.position_at(&stream, visible_version).await?
                };
                self.database.confirm().await?;
                let position = position.unwrap_or_default();
                return Ok(Outcome::Done(Receipt { aggregate, version: visible_version, position }));
            }
            Err(error) => {
                self.level_cost(stream.site_id(), cached).await?;
                return Err(error);
            }
        };
        let mut append = Append::to_stream(epoch, &stream, version, &events, &metadata, Uuid::now_v7)?;
        append.reads = reads;
        append.guards.push(stream.clone());
        let mut position = match self.database.append(&append).await {
            Ok(position) => position,
            Err(error) if error.kind == StoreErrorKind::Moved => {
                self.still_stands(&append.reads).await?;
                return Ok(Outcome::Moved);
            }
            Err(error) if error.kind == StoreErrorKind::EpochEnded => {
                self.database.enter_epoch().await?;
                return Ok(Outcome::Moved);
            }
            Err(error) => return Err(error.into()),
        };
        self.wake.wake();
        let version = version + events.len() as u64;
        let mut changed = Loaded { stream, aggregate, version };
        for event in events {
            changed.aggregate.apply(event);
        }
        let visible_version = command.visible_version(sender, &changed);
        if visible_version != version {
            position = self.database.position_at(&changed.stream, visible_version).await?.unwrap_or(position);
        }
        C::Aggregate::keep(&self.kept, changed.clone(), epoch);
        Ok(Outcome::Done(Receipt { aggregate: changed.aggregate, version: visible_version, position }))
    }
}

/// A refusal, as the sender may know it. A conflict with something that is hidden from them shows that it exists: where the
/// precondition would have failed on what does not exist, it fails here too.
pub(super) fn refused_under(precondition: Precondition, visible_version: u64, refusal: impl Refusal) -> CommandError {
    let hidden = visible_version == 0 && refusal.kind() == Kind::Conflict;
    if hidden && !precondition.holds(0) { CommandError::Precondition } else { CommandError::refused(refusal) }
}

pub(super) async fn pause(retry: u32) {
    let longest = PAUSE * 2_u32.pow(retry - 1);
    let pause = rand::rng().random_range(Duration::ZERO..=longest);
    tokio::time::sleep(pause).await;
}
