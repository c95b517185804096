//! A writer: a connection of its own, and the loop that collects and appends batches.

use std::sync::Arc;
use std::time::Duration;

use causerie_events::AggregateType;
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{AppendOutcome, FirstEvent, MAX_BATCH_COMMANDS, Queue, QueuedCommand, batch};
use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};
use crate::measure;
use crate::relay::Wake;
use crate::session::Session;
use crate::standby::confirm_on;

/// How long to look for the outcome of a batch after losing the connection, before its senders
/// receive that the outcome is unknown.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);
const RETRY_DELAY: Duration = Duration::from_millis(50);

/// A connection and its session: when the connection breaks, the server process may still be
/// running.
struct Writer {
    connection: PgConnection,
    session: Session,
}

/// Appends batches from the queue until it is stopped and the queue is empty.
pub(super) async fn run(database: Database, queue: Queue, wake: Wake, stop: CancellationToken) {
    let mut session: Option<Writer> = None;
    while let Some(entries) = next_batch(&queue, &stop).await {
        append(&database, &mut session, entries).await;
        wake.wake();
    }
}

/// Waits for one command and returns it with all others in the queue. None when stopped.
async fn next_batch(queue: &Queue, stop: &CancellationToken) -> Option<Vec<QueuedCommand>> {
    let mut entries = Vec::with_capacity(MAX_BATCH_COMMANDS);
    let mut queue = queue.lock().await;
    tokio::select! {
        biased;
        taken = queue.recv_many(&mut entries, MAX_BATCH_COMMANDS) => (taken > 0).then_some(entries),
        () = stop.cancelled() => None,
    }
}

async fn append(database: &Database, session: &mut Option<Writer>, entries: Vec<QueuedCommand>) {
    for ((aggregate_type, epoch), entries) in by_type_and_epoch(entries) {
        let commands: Vec<&FirstEvent> = entries.iter().map(|entry| &entry.command).collect();
        let started = Instant::now();
        let outcomes = outcomes(database, session, (aggregate_type, epoch), &commands).await;
        measure_batch(started, u32::try_from(commands.len()).unwrap_or(u32::MAX), outcomes.as_deref());
        match outcomes {
            Ok(outcomes) => {
                for (entry, outcome) in entries.into_iter().zip(outcomes) {
                    // A caller that was dropped does not need the outcome.
                    let _ = entry.response.send(Ok(outcome));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for entry in entries {
                    let _ = entry.response.send(Err(Arc::clone(&error)));
                }
            }
        }
    }
}

fn measure_batch(started: Instant, commands: u32, outcomes: Result<&[AppendOutcome], &StoreError>) {
    metrics::histogram!("causerie_append_batch_events").record(commands);
    measure::took(started);
    match outcomes {
        Ok(outcomes) => {
            let count = |outcome: &'static str, is: fn(&AppendOutcome) -> bool| {
                measure::ended(outcome, outcomes.iter().filter(|outcome| is(outcome)).count() as u64);
            };
            count("appended", |outcome| matches!(outcome, AppendOutcome::Appended(_)));
            count("moved", |outcome| *outcome == AppendOutcome::VersionConflict);
            count("duplicate", |outcome| *outcome == AppendOutcome::Duplicate);
        }
        Err(_) => measure::ended("failed", commands.into()),
    }
}

/// What the commands of one statement have in common.
type BatchKey = (AggregateType, u16);

/// In practice all are messages of one epoch.
fn by_type_and_epoch(entries: Vec<QueuedCommand>) -> Vec<(BatchKey, Vec<QueuedCommand>)> {
    let mut groups: Vec<(BatchKey, Vec<QueuedCommand>)> = Vec::with_capacity(1);
    for entry in entries {
        let batch = (entry.command.event.stream.aggregate_type(), entry.command.epoch);
        match groups.iter_mut().find(|(of, _)| *of == batch) {
            Some((_, group)) => group.push(entry),
            None => groups.push((batch, vec![entry])),
        }
    }
    groups
}

async fn outcomes(
    database: &Database,
    session: &mut Option<Writer>,
    (aggregate_type, epoch): BatchKey,
    commands: &[&FirstEvent],
) -> Result<Vec<AppendOutcome>, StoreError> {
    database.require_commits_responsive()?;
    let mut open = match session.take() {
        Some(open) => open,
        None => connect(database).await?,
    };
    let appended = tokio::time::timeout(
        database.response_limit(),
        batch::append(&mut open.connection, epoch, aggregate_type, commands),
    );
    let appended = appended.await.unwrap_or_else(|late| {
        database.stall();
        Err(StoreError::unavailable("appending a batch to the log", late))
    });
    match appended {
        Ok(outcomes) => {
            *session = Some(open);
            Ok(outcomes)
        }
        // Postgres rejected the batch, so the transaction has ended. The connection may be broken
        // too, and a new one is cheap.
        Err(error) if error.kind != StoreErrorKind::Unavailable => Err(error),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "append of a batch was interrupted; looking up its outcome"
            );
            match resolve(database, &open.session, (aggregate_type, epoch), commands, error).await {
                Resolved::Outcomes(outcomes, reconnected) => {
                    *session = Some(reconnected);
                    Ok(outcomes)
                }
                Resolved::Waits(error) => {
                    *session = Some(open);
                    Err(error)
                }
                Resolved::Unknown(error) => Err(error),
            }
        }
    }
}

/// The outcome of a batch whose response was lost.
enum Resolved {
    /// Known, with a new connection.
    Outcomes(Vec<AppendOutcome>, Writer),
    /// Committed here, but the session waits for the synchronous standby, so the senders have to
    /// retry. The session is used again later: each new one would be one more that waits.
    Waits(StoreError),
    Unknown(StoreError),
}

/// The old server process may commit as long as it runs, so it must end first. Then the events that
/// are in the log were appended, and the others are appended again.
async fn resolve(
    database: &Database,
    old: &Session,
    batch: BatchKey,
    commands: &[&FirstEvent],
    lost: StoreError,
) -> Resolved {
    let attempts = async {
        loop {
            match try_resolve(database, old, batch, commands).await {
                Ok(resolved) => return Ok(resolved),
                // Each sender looks up its message and decides again.
                Err(error) if error.kind == StoreErrorKind::EpochEnded => return Err(error),
                Err(error) => {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "outcome of the batch is not known yet; retrying"
                    );
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
    };
    match tokio::time::timeout(RESOLVE_TIMEOUT, attempts).await {
        Ok(Ok(Some((outcomes, writer)))) => Resolved::Outcomes(outcomes, writer),
        Ok(Ok(None)) => Resolved::Waits(lost),
        Ok(Err(ended)) => Resolved::Unknown(ended),
        Err(_) => Resolved::Unknown(lost),
    }
}

/// None if the old server process waits for the synchronous standby.
async fn try_resolve(
    database: &Database,
    old: &Session,
    (aggregate_type, epoch): BatchKey,
    commands: &[&FirstEvent],
) -> Result<Option<(Vec<AppendOutcome>, Writer)>, StoreError> {
    let mut writer = connect(database).await?;
    let failed = |source| StoreError::postgres("looking for the session of a broken batch", source);
    if old.waits_for_standby(&mut writer.connection).await.map_err(failed)? {
        return Ok(None);
    }
    end_backend(&mut writer.connection, old.process()).await?;
    let appended = batch::look_up(&mut writer.connection, aggregate_type, commands).await?;
    if !appended.is_empty() {
        // The process may have ended while it waited for the standby, which then may lack what is
        // visible here.
        confirm_on(&mut writer.connection, database.response_limit()).await?;
    }
    let missing: Vec<&FirstEvent> =
        commands.iter().copied().filter(|command| !appended.contains_key(&command.event.event_id.as_uuid())).collect();
    let mut again = batch::append(&mut writer.connection, epoch, aggregate_type, &missing).await?.into_iter();
    let outcomes = commands.iter().filter_map(|command| match appended.get(&command.event.event_id.as_uuid()) {
        Some(position) => Some(AppendOutcome::Appended(*position)),
        None => again.next(),
    });
    Ok(Some((outcomes.collect(), writer)))
}

/// Ends the server process of a broken connection. Process ids are reused, so only a process of
/// this role and application is ended: at worst another connection of the service breaks and is
/// opened again.
async fn end_backend(connection: &mut PgConnection, backend: i32) -> Result<(), StoreError> {
    let failed = |source| StoreError::postgres("ending the connection of a broken batch", source);
    let alive = sqlx::query(
        "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
          WHERE pid = $1 AND usename = current_user AND application_name = current_setting('application_name')",
    )
    .bind(backend)
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    if alive.is_none() {
        return Ok(());
    }
    let gone: bool = sqlx::query_scalar("SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1)")
        .bind(backend)
        .fetch_one(connection)
        .await
        .map_err(failed)?;
    if gone {
        Ok(())
    } else {
        Err(StoreError::unavailable("ending the connection of a broken batch", "the server process has not ended"))
    }
}

async fn connect(database: &Database) -> Result<Writer, StoreError> {
    const ACTION: &str = "connecting a writer";
    let mut connection = database.connection().await?;
    let session = Session::of(database, ACTION, &mut connection).await?;
    Ok(Writer { connection, session })
}
