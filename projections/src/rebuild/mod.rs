//! Building a read model anew from the log, beside the live one, and putting it in its place.
//!
//! The live one works on meanwhile and is queried; the switch is one transaction. Whatever goes wrong before it leaves the
//! live one as it was. Start at [`rebuild`]; `shadow` is where the tables are built, `switch` what happens at the end.

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
use crate::parked::Parked;
use crate::projector::{ApplyError, Projector};
use crate::target::prepare;
use shadow::Shadow;

const ACTION: &str = "rebuilding a read model";
/// Events read and written at once. Postgres reads the next while these are written.
const PAGE: u32 = 5_000;
/// The lock of a rebuild; beside it stands of which projection.
pub(crate) const REBUILDS: i32 = 7304;
/// How long what is left of a rebuild that failed may take to go away: its last statement may have to end first.
const CLEAN_UP: Duration = Duration::from_secs(30);

/// Why a read model was not rebuilt. The live one is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// One at a time.
    #[error("this read model is being rebuilt already")]
    Running,
    /// An event that the live one could apply.
    #[error("event {} ({}) cannot be applied: {}; the live read model stays", .0.log_number, .0.what, .0.error)]
    Event(Parked),
    /// The tables were migrated since the rebuild began.
    #[error("the database was migrated meanwhile; run the rebuild again")]
    Migrated,
    /// The live tables could not be had for the moment that the switch takes.
    #[error("the live tables are in use without a pause (a long query, a dump?); run the rebuild again")]
    InUse,
    /// Of the role that the rebuild runs as. Found out before anything is built.
    #[error(
        "the role {role} cannot rebuild a read model: it lacks {lacks}; run this command with a database.url of the role that \
         owns the tables (that of `causerie migrate`)"
    )]
    Rights {
        /// The role.
        role: String,
        /// What it needs and has not.
        lacks: String,
    },
    /// Told to stop.
    #[error("stopped; the live read model stays")]
    Stopped,
    /// Postgres failed.
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

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events applied.
    pub done: u64,
    /// Events in the log when it was last counted.
    pub of: u64,
}

/// Builds a read model from the log and puts it in the place of the live one. Answers with where it then stands.
pub async fn rebuild<P: Projector>(
    projector: &P,
    database: &Database,
    stop: &CancellationToken,
    progress: impl FnMut(Progress) + Send,
) -> Result<Checkpoint, RebuildError> {
    let mut connection = connect(database).await?;
    let session = Session::of(database, ACTION, &mut connection).await?;
    let begun = async {
        let locked = lock::<P>(&mut connection).await?;
        let shadow = Shadow::of(P::NAME, P::TABLES);
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
        // The connection went with what was at work on it. Should this fail, the next rebuild begins with it.
        let cleaning = tokio::time::timeout(CLEAN_UP, clean_up::<P>(database, &shadow)).await;
        if !matches!(cleaning, Ok(Ok(()))) {
            tracing::warn!(projection = P::NAME, "the remains of the rebuild are left to the next one");
        }
    }
    built
}

async fn build<P: Projector>(
    projector: &P,
    database: &Database,
    mut connection: PgConnection,
    shadow: &Shadow,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Checkpoint, RebuildError> {
    let migrated = switch::version(&mut connection).await?;
    let of = log_length(&mut connection).await?;
    shadow.create(&mut connection).await?;
    prepare(&mut connection, &shadow.schema).await?;
    let mut at = Checkpoint::default();
    progress(Progress { done: 0, of });
    // With the time limits of a rebuild: those of requests are not meant for pages of this size.
    let mut pages = Pages::on(connect(database).await?, at.position, PAGE);
    while let Some(page) = pages.next().await {
        let events: Vec<_> = LogEvent::numbered_after(at.log_number, page?).collect();
        at = apply(projector, &mut connection, at, &events).await?;
        progress(Progress { done: at.log_number, of: of.max(at.log_number) });
    }
    shadow.analyze(&mut connection).await?;
    let at = switch::switch(projector, &mut connection, shadow, migrated, at).await?;
    progress(Progress { done: at.log_number, of: at.log_number });
    Ok(at)
}

/// Applies what the live one could apply. A rebuild never puts a read model in place that knows less.
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
    // One statement may be the removal of a large table. Whoever is cut off must not hold the lock for ever.
    let settings =
        "SET application_name = 'causerie rebuild'; SET statement_timeout = '10min'; SET idle_session_timeout = '2min';
                    SET idle_in_transaction_session_timeout = '1min'";
    sqlx::raw_sql(settings).execute(&mut connection).await?;
    Ok(connection)
}

async fn lock<P: Projector>(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let statement = "SELECT pg_try_advisory_lock($1, hashtext($2))";
    sqlx::query_scalar(statement).bind(REBUILDS).bind(P::NAME).fetch_one(connection).await
}

/// Waits until the connection that was at work is gone. If another rebuild comes first, it has cleaned up.
async fn clean_up<P: Projector>(database: &Database, shadow: &Shadow) -> Result<(), RebuildError> {
    let mut connection = connect(database).await?;
    sqlx::query("SELECT pg_advisory_lock($1, hashtext($2))")
        .bind(REBUILDS)
        .bind(P::NAME)
        .execute(&mut connection)
        .await?;
    Ok(shadow.remove(&mut connection).await?)
}
