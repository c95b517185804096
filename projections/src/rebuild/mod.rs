//! Rebuilds a read model from the log next to the live one, and switches to the new tables.
//!
//! The live read model is updated and queried meanwhile; the switch is one transaction. Any failure
//! before it leaves the live one unchanged. Start at [`rebuild`]; `shadow` creates the tables,
//! `switch` replaces the live ones.

mod shadow;
mod switch;

use std::time::Duration;

use causerie_events::LogEvent;
use causerie_store::follower::Checkpoint;
use causerie_store::reader::Pages;
use causerie_store::{Database, Session, StoreError};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use crate::apply::apply_or_park;
use crate::checkpoint::log_length;
use crate::parked::ParkedEvent;
use crate::projector::{ApplyError, Projector};
use crate::target::prepare;
use shadow::ShadowTables;

const ACTION: &str = "rebuilding a read model";
/// Postgres reads the next page while this one is written.
const PAGE_EVENTS: u32 = 5_000;
/// The first key of the advisory lock of a rebuild; the second is the projection.
pub(crate) const REBUILD_LOCK: i32 = 7304;
/// For dropping the schema of a failed rebuild, whose last statement may have to end first.
const CLEAN_UP_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a read model was not rebuilt. The live one is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    #[error("this read model is being rebuilt already")]
    Running,
    /// The live projector could apply the event.
    #[error("event {} ({}) cannot be applied: {}; the live read model is unchanged", .0.log_number, .0.what, .0.error)]
    Event(ParkedEvent),
    #[error("the database was migrated during the rebuild; run it again")]
    Migrated,
    /// The live tables could not be locked for the switch.
    #[error("the live tables could not be locked (is a long query or a dump running?); run the rebuild again")]
    InUse,
    /// Checked before anything is built.
    #[error(
        "the role {role} cannot rebuild a read model: it lacks {lacks}; run this command with a database.url of the role that \
         owns the tables (that of `causerie migrate`)"
    )]
    Rights { role: String, lacks: String },
    #[error("stopped; the live read model is unchanged")]
    Stopped,
    #[error(transparent)]
    Apply(#[from] ApplyError),
}

impl From<sqlx::Error> for RebuildError {
    fn from(error: sqlx::Error) -> Self {
        Self::Apply(error.into())
    }
}

impl From<StoreError> for RebuildError {
    fn from(error: StoreError) -> Self {
        Self::Apply(error.into())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Events applied.
    pub done: u64,
    /// Events in the log when it was last counted.
    pub total: u64,
}

/// Rebuilds a read model from the log and switches to it. Returns its checkpoint.
pub async fn rebuild<P: Projector>(
    projector: &P,
    database: &Database,
    stop: &CancellationToken,
    progress: impl FnMut(RebuildProgress) + Send,
) -> Result<Checkpoint, RebuildError> {
    let mut connection = connect(database).await?;
    let session = Session::of(database, ACTION, &mut connection).await?;
    let begun = async {
        let locked = lock::<P>(&mut connection).await?;
        let shadow = ShadowTables::of(P::NAME, P::TABLES);
        shadow.require_rights(&mut connection).await?;
        Ok::<_, RebuildError>((locked, shadow))
    };
    let (locked, shadow) = session.run(database, ACTION, begun).await??;
    if !locked {
        return Err(RebuildError::Running);
    }
    let building = Box::pin(build(projector, database, connection, &shadow, progress));
    let building = session.run(database, ACTION, building);
    let built = match stop.run_until_cancelled(building).await {
        Some(built) => built.unwrap_or_else(|gone| Err(gone.into())),
        None => Err(RebuildError::Stopped),
    };
    if built.is_err() {
        // The connection was dropped with the work on it. If this fails, the next rebuild drops the
        // schema.
        let cleaning = tokio::time::timeout(CLEAN_UP_TIMEOUT, clean_up::<P>(database, &shadow)).await;
        if !matches!(cleaning, Ok(Ok(()))) {
            tracing::warn!(
                projection = P::NAME,
                "dropping the schema of the rebuild failed; the next rebuild drops it"
            );
        }
    }
    built
}

async fn build<P: Projector>(
    projector: &P,
    database: &Database,
    mut connection: PgConnection,
    shadow: &ShadowTables,
    mut progress: impl FnMut(RebuildProgress) + Send,
) -> Result<Checkpoint, RebuildError> {
    let migrated = switch::version(&mut connection).await?;
    let total = log_length(&mut connection).await?;
    shadow.create(&mut connection).await?;
    prepare(&mut connection, &shadow.schema).await?;
    let mut at = Checkpoint::default();
    progress(RebuildProgress { done: 0, total });
    // With the time limits of a rebuild: those of requests are too short for pages of this size.
    let mut pages = Pages::on(connect(database).await?, at.position, PAGE_EVENTS);
    while let Some(page) = pages.next().await {
        let events: Vec<_> = LogEvent::numbered_after(at.log_number, page?).collect();
        at = apply(projector, &mut connection, at, &events).await?;
        progress(RebuildProgress { done: at.log_number, total: total.max(at.log_number) });
    }
    shadow.analyze(&mut connection).await?;
    let at = switch::switch(projector, &mut connection, shadow, migrated, at).await?;
    progress(RebuildProgress { done: at.log_number, total: at.log_number });
    Ok(at)
}

/// Fails for an event that only the live projector could apply, so that the rebuilt read model
/// never lacks one.
async fn apply<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    from: Checkpoint,
    events: &[LogEvent],
) -> Result<Checkpoint, RebuildError> {
    let (to, parked) = apply_or_park(projector, connection, from, events).await?;
    for parked in parked {
        if !switch::is_parked_live(connection, P::NAME, parked.log_number).await? {
            return Err(RebuildError::Event(parked));
        }
    }
    Ok(to)
}

async fn connect(database: &Database) -> Result<PgConnection, RebuildError> {
    let mut connection = database.connection().await?;
    // A statement may drop a large table. A disconnected rebuild must not hold the lock
    // permanently.
    let settings =
        "SET application_name = 'causerie rebuild'; SET statement_timeout = '10min'; SET idle_session_timeout = '2min';
                    SET idle_in_transaction_session_timeout = '1min'";
    sqlx::raw_sql(settings).execute(&mut connection).await?;
    Ok(connection)
}

async fn lock<P: Projector>(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let statement = "SELECT pg_try_advisory_lock($1, hashtext($2))";
    sqlx::query_scalar(statement).bind(REBUILD_LOCK).bind(P::NAME).fetch_one(connection).await
}

/// Waits until the connection of the rebuild has ended. If another rebuild locks first, it drops
/// the schema.
async fn clean_up<P: Projector>(database: &Database, shadow: &ShadowTables) -> Result<(), RebuildError> {
    let mut connection = connect(database).await?;
    sqlx::query("SELECT pg_advisory_lock($1, hashtext($2))")
        .bind(REBUILD_LOCK)
        .bind(P::NAME)
        .execute(&mut connection)
        .await?;
    Ok(shadow.remove(&mut connection).await?)
}
