//! The one loop that every command goes through: look up the facts, decide, append. It repeats after a version
//! conflict.

use std::sync::Arc;
use std::time::Duration;

use causerie_domain::{Actor, Decide, Refusal, RefusalKind, Role};
use causerie_events::{Aggregate, MemberId, Metadata, Position, StreamId};
use causerie_store::{Append, Loaded, Lookup, StoreError, StoreErrorKind};
use rand::Rng;
use tracing::Instrument;
use uuid::Uuid;

use super::cached_aggregates::CachedAggregate;
use super::{CommandError, Commands, FactReader, Precondition};

/// How often a command is decided again after a version conflict.
const RETRIES: u32 = 3;
/// The longest pause before the first retry; each further one may be twice as long.
const MAX_PAUSE: Duration = Duration::from_millis(4);

/// The actor of a command as their token names them, and the request that it came with.
#[derive(Debug, Clone)]
pub struct Sender {
    pub member: MemberId,
    /// The role in their token.
    pub role: Role,
    pub request_id: String,
    pub precondition: Precondition,
}

/// What a command changed, or found in effect already.
#[derive(Debug, Clone)]
pub struct Receipt<A> {
    pub aggregate: A,
    /// The version of the aggregate that the sender may know of.
    pub version: u64,
    /// The position of the event with that version: a read model that has reached it shows the command.
    pub position: Position,
}

impl Sender {
    #[must_use]
    pub const fn new(member: MemberId, role: Role, request_id: String) -> Self {
        Self { member, role, request_id, precondition: Precondition::None }
    }

    /// What is recorded beside the events of a command. The log may have given the sender a role that their token has not.
    fn metadata(&self, capacity: Role) -> Metadata {
        Metadata {
            actor: self.member.clone(),
            role: self.role.as_str().to_owned(),
            capacity: Some(capacity.as_str().to_owned()),
            request_id: Some(self.request_id.clone()),
        }
    }
}

#[expect(private_bounds, reason = "which aggregates are cached is a detail of this module")]
pub trait Command: Decide<Aggregate: CachedAggregate, Facts: Send + Sync> + Send + Sync + 'static {
    /// Whether its one event is the first of a stream. Such a command is decided as if the stream did not exist and appended
    /// by group commit; the stream is read only where that fails or the command is rejected.
    const STARTS_STREAM: bool = false;

    fn look_up(
        &self,
        actor: &Actor,
        target: &Self::Aggregate,
        facts: &mut FactReader<'_>,
    ) -> impl Future<Output = Result<Self::Facts, StoreError>> + Send;

    /// The version of the target that the actor may know of, for `If-Match` and for the response; 0 where the target is
    /// hidden from them.
    fn visible_version(&self, _: &Actor, _: &Self::Facts, target: &Loaded<Self::Aggregate>) -> u64 {
        target.version
    }
}

impl Commands {
    /// Executes a command to its end: a client that hangs up leaves nothing half-done.
    pub async fn execute<C: Command>(&self, sender: Sender, command: C) -> Result<Receipt<C::Aggregate>, CommandError> {
        let commands = self.clone();
        let work = async move {
            let _lock = commands.locks.lock(&command.stream(&sender.member)).await;
            commands.run(&sender, &command).await
        };
        tokio::spawn(work.in_current_span()).await.unwrap_or(Err(CommandError::Stopping))
    }

    pub(super) async fn run<C: Command>(
        &self,
        sender: &Sender,
        command: &C,
    ) -> Result<Receipt<C::Aggregate>, CommandError> {
        let stream = command.stream(&sender.member);
        for retry in 0..=RETRIES {
            if retry > 0 {
                pause(retry).await;
            }
            let assume_missing = C::STARTS_STREAM && retry == 0 && sender.precondition == Precondition::None;
            if let Some(receipt) = self.attempt(sender, command, &stream, assume_missing).await? {
                return Ok(receipt);
            }
        }
        Err(CommandError::Contended)
    }

    /// None where something that was read has changed meanwhile.
    async fn attempt<C: Command>(
        &self,
        sender: &Sender,
        command: &C,
        stream: &StreamId,
        assume_missing: bool,
    ) -> Result<Option<Receipt<C::Aggregate>>, CommandError> {
        // Before anything is read: the decision is appended in this epoch or not at all.
        let epoch = self.database.epoch().await?;
        let mut reader = FactReader::new(self, stream.site_id());
        let actor = reader.actor(sender).await?;
        let mut target = if assume_missing {
            let missing = Loaded { stream: stream.clone(), aggregate: C::Aggregate::default(), version: 0 };
            Lookup { loaded: Arc::new(missing), cached: false }
        } else {
            C::Aggregate::get(self, stream.clone()).await?
        };
        let facts = command.look_up(&actor, &target.loaded.aggregate, &mut reader).await?;
        let (mut reads, cached) = (reader.seen, reader.cached + usize::from(target.cached));
        if !C::STARTS_STREAM {
            reads.push(target.loaded.seen());
        }
        let visible_version = |target: &Loaded<C::Aggregate>| command.visible_version(&actor, &facts, target);
        // The decision comes first: a rejection must not depend on a version that the sender may not know.
        let decide = |target: &Loaded<C::Aggregate>| match command.decide(&target.aggregate, &actor, &facts) {
            Ok(events) if sender.precondition.holds(visible_version(target)) => Ok(events),
            Ok(_) => Err(CommandError::Precondition),
            Err(refusal) => Err(refused_under(sender.precondition, visible_version(target), refusal)),
        };
        let events = match decide(&target.loaded) {
            Ok(events) if !events.is_empty() => events,
            // What started a stream stays in effect, whatever has changed since.
            Ok(_) if C::STARTS_STREAM => {
                let version = visible_version(&target.loaded);
                return self.in_effect(target.loaded, version).await.map(Some);
            }
            // No append checks the versions that were read, so they are checked here.
            _ if !self.still_current(&reads).await? => return Ok(None),
            mut outcome => {
                if C::STARTS_STREAM {
                    // Only now, and whether the stream exists or not: a command that was accepted before the facts that forbid
                    // it now is found, and the time of a rejection does not show whether the stream exists.
                    target = C::Aggregate::get(self, stream.clone()).await?;
                    outcome = decide(&target.loaded);
                }
                return match outcome {
                    Ok(events) if events.is_empty() => {
                        let version = visible_version(&target.loaded);
                        self.in_effect(target.loaded, version).await.map(Some)
                    }
                    Ok(_) => Ok(None),
                    Err(error) => {
                        self.level_cost(stream.site_id(), cached).await?;
                        Err(error)
                    }
                };
            }
        };
        let Loaded { stream, aggregate, version } = Arc::unwrap_or_clone(target.loaded);
        let metadata = sender.metadata(actor.role);
        let mut append = Append::to_stream(epoch, &stream, version, &events, &metadata, Uuid::now_v7)?;
        append.reads = reads;
        let appended = if C::STARTS_STREAM {
            self.append_first(&mut append).await?
        } else {
            append.guards.push(stream.clone());
            self.append(&append).await?
        };
        let Some(mut position) = appended else {
            // Drops from the cache what has changed.
            self.still_current(&append.reads).await?;
            return Ok(None);
        };
        let version = version + events.len() as u64;
        let mut changed = Loaded { stream, aggregate, version };
        for event in events {
            changed.aggregate.apply(event);
        }
        let visible_version = visible_version(&changed);
        if visible_version != version {
            position = self.database.position_at(&changed.stream, visible_version).await?.unwrap_or(position);
        }
        C::Aggregate::put(&self.cached, &changed, epoch);
        Ok(Some(Receipt { aggregate: changed.aggregate, version: visible_version, position }))
    }

    async fn in_effect<A: Clone>(
        &self,
        target: Arc<Loaded<A>>,
        visible_version: u64,
    ) -> Result<Receipt<A>, CommandError> {
        let Loaded { stream, aggregate, version } = Arc::unwrap_or_clone(target);
        let position = if visible_version == version {
            self.database.last_position(&stream).await?
        } else {
            self.database.position_at(&stream, visible_version).await?
        };
        self.database.confirm().await?;
        Ok(Receipt { aggregate, version: visible_version, position: position.unwrap_or_default() })
    }

    /// None after a version conflict, or where the log is in another epoch by now, which is entered.
    async fn append(&self, append: &Append) -> Result<Option<Position>, CommandError> {
        match self.database.append(append).await {
            Ok(position) => {
                self.wake.wake();
                Ok(Some(position))
            }
            Err(error) if error.kind == StoreErrorKind::VersionConflict => Ok(None),
            Err(error) if error.kind == StoreErrorKind::EpochEnded => {
                self.database.enter_epoch().await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// A rejection, as the sender may know it. A conflict with something that is hidden from them shows that it exists: where the
/// precondition would have failed on what does not exist, it fails here too.
fn refused_under(precondition: Precondition, visible_version: u64, refusal: impl Refusal) -> CommandError {
    let hidden = visible_version == 0 && refusal.kind() == RefusalKind::Conflict;
    if hidden && !precondition.holds(0) { CommandError::Precondition } else { CommandError::refused(refusal) }
}

async fn pause(retry: u32) {
    let longest = MAX_PAUSE * 2_u32.pow(retry - 1);
    let pause = rand::rng().random_range(Duration::ZERO..=longest);
    tokio::time::sleep(pause).await;
}
