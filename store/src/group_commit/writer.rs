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
use crate::session::Session;
use crate::standby::confirm_on;

/// How long a batch whose connection broke is asked after before its senders are told that the outcome is not known.
const RESOLVE_LIMIT: Duration = Duration::from_secs(5);
const RETRY: Duration = Duration::from_millis(50);

/// A connection, and the session behind it: when the connection breaks, its server process may still be at work.
struct Writer {
    connection: PgConnection,
    session: Session,
}

/// Takes batches off the queue until told to stop, and until the queue is empty then.
pub(super) async fn run(database: Database, queue: Queue, wake: Wake, stop: CancellationToken) {
    let mut session: Option<Writer> = None;
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

async fn append(database: &Database, session: &mut Option<Writer>, entries: Vec<Entry>) {
    for ((aggregate_type, epoch), entries) in by_type_and_epoch(entries) {
        let commands: Vec<&FirstEvent> = entries.iter().map(|entry| &entry.command).collect();
        let started = Instant::now();
        let verdicts = verdicts(database, session, (aggregate_type, epoch), &commands).await;
        measure_batch(started, u32::try_from(commands.len()).unwrap_or(u32::MAX), verdicts.as_deref());
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

fn measure_batch(started: Instant, commands: u32, verdicts: Result<&[Verdict], &StoreError>) {
    metrics::histogram!("causerie_append_batch_events").record(commands);
    measure::took(started);
    match verdicts {
        Ok(verdicts) => {
            let count = |outcome: &'static str, is: fn(&Verdict) -> bool| {
                measure::ended(outcome, verdicts.iter().filter(|verdict| is(verdict)).count() as u64);
            };
            count("appended", |verdict| matches!(verdict, Verdict::Appended(_)));
            count("moved", |verdict| *verdict == Verdict::Moved);
            count("duplicate", |verdict| *verdict == Verdict::Duplicate);
        }
        Err(_) => measure::ended("failed", commands.into()),
    }
}

/// What all commands of one statement share: their aggregate type, and the epoch they were decided in.
type Batch = (AggregateType, u16);

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
    session: &mut Option<Writer>,
    (aggregate_type, epoch): Batch,
    commands: &[&FirstEvent],
) -> Result<Vec<Verdict>, StoreError> {
    database.commits_are_answered()?;
    let mut open = match session.take() {
        Some(open) => open,
        None => connect(database).await?,
    };
    let answered = tokio::time::timeout(
        database.answer_limit(),
        batch::append(&mut open.connection, epoch, aggregate_type, commands),
    );
    let answered = answered.await.unwrap_or_else(|late| {
        database.stall();
        Err(StoreError::unavailable("appending a batch to the log", late))
    });
    match answered {
        Ok(verdicts) => {
            *session = Some(open);
            Ok(verdicts)
        }
        // Postgres said no, so the transaction is over; the connection may be broken all the same, and a new one is cheap.
        Err(error) if error.kind != StoreErrorKind::Unavailable => Err(error),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a batch broke off; looking up what became of it");
            match resolve(database, &open.session, (aggregate_type, epoch), commands, error).await {
                Resolved::Verdicts(verdicts, reconnected) => {
                    *session = Some(reconnected);
                    Ok(verdicts)
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

/// What became of a batch whose answer was lost.
enum Resolved {
    /// This, with a new connection.
    Verdicts(Vec<Verdict>, Writer),
    /// It is committed here and waits for the synchronous standby: its senders have to ask again. The session stays, to be
    /// used when it answers: a session for each try would be one more that waits.
    Waits(StoreError),
    /// Not known.
    Unknown(StoreError),
}

/// First the old server process must be gone, for as long as it lives it may still commit; then what is in the log was
/// appended, and the rest was not and is appended again.
async fn resolve(
    database: &Database,
    old: &Session,
    batch: Batch,
    commands: &[&FirstEvent],
    lost: StoreError,
) -> Resolved {
    let attempts = async {
        loop {
            match try_resolve(database, old, batch, commands).await {
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
    match tokio::time::timeout(RESOLVE_LIMIT, attempts).await {
        Ok(Ok(Some((verdicts, writer)))) => Resolved::Verdicts(verdicts, writer),
        Ok(Ok(None)) => Resolved::Waits(lost),
        Ok(Err(ended)) => Resolved::Unknown(ended),
        Err(_) => Resolved::Unknown(lost),
    }
}

/// None while the old server process waits for the synchronous standby.
async fn try_resolve(
    database: &Database,
    old: &Session,
    (aggregate_type, epoch): Batch,
    commands: &[&FirstEvent],
) -> Result<Option<(Vec<Verdict>, Writer)>, StoreError> {
    let mut writer = connect(database).await?;
    let failed = |source| StoreError::postgres("looking for the session of a broken batch", source);
    if old.waits_for_standby(&mut writer.connection).await.map_err(failed)? {
        return Ok(None);
    }
    end_backend(&mut writer.connection, old.process()).await?;
    let appended = batch::look_up(&mut writer.connection, aggregate_type, commands).await?;
    if !appended.is_empty() {
        // It may have ended while it waited for the standby: what is visible here need not be there.
        confirm_on(&mut writer.connection, database.answer_limit()).await?;
    }
    let missing: Vec<&FirstEvent> =
        commands.iter().copied().filter(|command| !appended.contains_key(&command.event.event_id.as_uuid())).collect();
    let mut again = batch::append(&mut writer.connection, epoch, aggregate_type, &missing).await?.into_iter();
    let verdicts = commands.iter().filter_map(|command| match appended.get(&command.event.event_id.as_uuid()) {
        Some(position) => Some(Verdict::Appended(*position)),
        None => again.next(),
    });
    Ok(Some((verdicts.collect(), writer)))
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

async fn connect(database: &Database) -> Result<Writer, StoreError> {
    const ACTION: &str = "connecting a writer";
    let mut connection = database.connection().await?;
    let session = Session::of(database, ACTION, &mut connection).await?;
    Ok(Writer { connection, session })
}
