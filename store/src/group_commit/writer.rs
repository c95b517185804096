//! One writer: a connection of its own, and the loop that fills and appends batches.

use std::sync::Arc;
use std::time::Duration;

use causerie_events::AggregateType;
use sqlx::PgConnection;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{BATCH, Entry, FirstEvent, Queue, Verdict, batch};
use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};
use crate::measure;
use crate::relay::Wake;

/// How long a batch whose connection broke is asked after before its senders are told that the outcome is not known.
const RESOLVE_LIMIT: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(50);

/// A connection, and the server process behind it: when the connection breaks, that process may still be at work.
struct Session {
    connection: PgConnection,
    backend: i32,
}

/// Takes batches off the queue until told to stop, and until the queue is empty then.
pub(super) async fn run(database: Database, queue: Queue, wake: Wake, stop: CancellationToken) {
    let mut session: Option<Session> = None;
    while let Some(entries) = next_batch(&queue, &stop).await {
        append(&database, &mut session, entries).await;
        wake.wake();
    }
}

/// Waits for one command and takes what is there with it. None when stopped.
async fn next_batch(queue: &Queue, stop: &CancellationToken) -> Option<Vec<Entry>> {
    let mut entries = Vec::with_capacity(BATCH);
    let mut queue = queue.lock().await;
    tokio::select! {
        biased;
        taken = queue.recv_many(&mut entries, BATCH) => (taken > 0).then_some(entries),
        () = stop.cancelled() => None,
    }
}

async fn append(database: &Database, session: &mut Option<Session>, entries: Vec<Entry>) {
    for ((aggregate_type, epoch), entries) in by_type_and_epoch(entries) {
        let commands: Vec<&FirstEvent> = entries.iter().map(|entry| &entry.command).collect();
        let started = Instant::now();
        let verdicts = verdicts(database, session, (aggregate_type, epoch), &commands).await;
        measure::batch(started, u32::try_from(commands.len()).unwrap_or(u32::MAX), verdicts.as_deref());
        match verdicts {
            Ok(verdicts) => {
                for (entry, verdict) in entries.into_iter().zip(verdicts) {
                    // Who no longer waits does not need the answer.
                    let _ = entry.answer.send(Ok(verdict));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for entry in entries {
                    let _ = entry.answer.send(Err(Arc::clone(&error)));
                }
            }
        }
    }
}

/// What all commands of one statement share: their aggregate type, and the epoch they were decided in.
type Batch = (AggregateType, u32);

/// In practice all are messages of one epoch.
fn by_type_and_epoch(entries: Vec<Entry>) -> Vec<(Batch, Vec<Entry>)> {
    let mut groups: Vec<(Batch, Vec<Entry>)> = Vec::with_capacity(1);
    for entry in entries {
        let batch = (entry.command.event.stream.aggregate_type(), entry.command.epoch);
        match groups.iter_mut().find(|(of, _)| *of == batch) {
            Some((_, group)) => group.push(entry),
            None => groups.push((batch, vec![entry])),
        }
    }
    groups
}

async fn verdicts(
    database: &Database,
    session: &mut Option<Session>,
    (aggregate_type, epoch): Batch,
    commands: &[&FirstEvent],
) -> Result<Vec<Verdict>, StoreError> {
    let mut open = match session.take() {
        Some(open) => open,
        None => connect(database).await?,
    };
    let answered = tokio::time::timeout(
        database.answer_limit(),
        batch::append(&mut open.connection, epoch, aggregate_type, commands),
    );
    match answered.await.unwrap_or_else(|_| Err(StoreError::unavailable("appending a batch to the log", "no answer"))) {
        Ok(verdicts) => {
            *session = Some(open);
            Ok(verdicts)
        }
        // Postgres said no, so the transaction is over; the connection may be broken all the same, and a new one is cheap.
        Err(error) if error.kind != StoreErrorKind::Unavailable => Err(error),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a batch broke off; looking up what became of it");
            let resolved = resolve(database, open.backend, (aggregate_type, epoch), commands, error);
            let (verdicts, reconnected) = resolved.await?;
            *session = Some(reconnected);
            Ok(verdicts)
        }
    }
}

/// What became of a batch whose answer was lost. First the old server process must be gone, for as long as it lives it may
/// still commit; then what is in the log was appended, and the rest was not and is appended again.
async fn resolve(
    database: &Database,
    backend: i32,
    batch: Batch,
    commands: &[&FirstEvent],
    lost: StoreError,
) -> Result<(Vec<Verdict>, Session), StoreError> {
    let attempts = async {
        loop {
            match try_resolve(database, backend, batch, commands).await {
                Ok(resolved) => return Ok(resolved),
                // Each sender looks its message up and decides again.
                Err(error) if error.kind == StoreErrorKind::EpochEnded => return Err(error),
                Err(error) => {
                    tracing::debug!(error = &error as &dyn std::error::Error, "not resolved yet");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    };
    tokio::time::timeout(RESOLVE_LIMIT, attempts).await.unwrap_or(Err(lost))
}

async fn try_resolve(
    database: &Database,
    backend: i32,
    (aggregate_type, epoch): Batch,
    commands: &[&FirstEvent],
) -> Result<(Vec<Verdict>, Session), StoreError> {
    let mut session = connect(database).await?;
    end_backend(&mut session.connection, backend).await?;
    let appended = batch::look_up(&mut session.connection, aggregate_type, commands).await?;
    let missing: Vec<&FirstEvent> =
        commands.iter().copied().filter(|command| !appended.contains_key(&command.event.event_id.as_uuid())).collect();
    let mut again = batch::append(&mut session.connection, epoch, aggregate_type, &missing).await?.into_iter();
    let verdicts = commands.iter().filter_map(|command| match appended.get(&command.event.event_id.as_uuid()) {
        Some(position) => Some(Verdict::Appended(*position)),
        None => again.next(),
    });
    Ok((verdicts.collect(), session))
}

/// Ends the server process of a broken connection, if it still lives. Process ids are reused, so only one of ours is ended:
/// of our role and application; at worst another connection of ours breaks and is made anew.
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
        Err(StoreError::unavailable("ending the connection of a broken batch", "it still lives"))
    }
}

async fn connect(database: &Database) -> Result<Session, StoreError> {
    let failed = |source| StoreError::postgres("connecting a writer", source);
    let mut connection = database.connection().await?;
    let asking =
        async { sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await.map_err(failed) };
    let backend = database.answered("connecting a writer", asking).await?;
    Ok(Session { connection, backend })
}
