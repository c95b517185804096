//! Filling a read model: its projector, fed with the log from its start to its end.

use std::time::{Duration, Instant};

use causerie_events::{LogEvent, Position};
use causerie_projections::Projector;
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::runner::{prepare, step};
use causerie_projections::timeline::TimelineProjector;
use causerie_store::Database;
use causerie_store::follower::Checkpoint;
use sqlx::Connection;

use super::results::Projected;
use crate::usage::Meter;
use crate::{progress, report};

/// A read model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Model {
    MemberList,
    ConversationList,
    Timeline,
}

impl Model {
    pub(crate) const ALL: [Self; 3] = [Self::MemberList, Self::ConversationList, Self::Timeline];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::MemberList => MemberListProjector::NAME,
            Self::ConversationList => ConversationListProjector::NAME,
            Self::Timeline => TimelineProjector::NAME,
        }
    }

    pub(crate) const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::MemberList => MemberListProjector::TABLES,
            Self::ConversationList => ConversationListProjector::TABLES,
            Self::Timeline => TimelineProjector::TABLES,
        }
    }

    /// Empties it, so that it starts anew.
    pub(crate) async fn forget(self, database: &Database) -> anyhow::Result<()> {
        sqlx::query(&format!("TRUNCATE {}", self.tables().join(", "))).execute(database.pool()).await?;
        let forget = "DELETE FROM projection_checkpoints WHERE projection = $1";
        sqlx::query(forget).bind(self.name()).execute(database.pool()).await?;
        Ok(())
    }

    /// As in a database that has been there for a while.
    pub(crate) async fn settle(self, database: &Database) -> anyhow::Result<()> {
        let vacuum = format!("VACUUM ANALYZE {}", self.tables().join(", "));
        sqlx::query(&vacuum).execute(database.pool()).await?;
        Ok(())
    }

    pub(super) async fn project(self, database: &Database, batch: u32, meter: &Meter) -> anyhow::Result<Projected> {
        match self {
            Self::MemberList => pass(MemberListProjector, database, batch, meter).await,
            Self::ConversationList => pass(ConversationListProjector, database, batch, meter).await,
            Self::Timeline => pass(TimelineProjector, database, batch, meter).await,
        }
    }
}

async fn pass<P: Projector>(projector: P, database: &Database, batch: u32, meter: &Meter) -> anyhow::Result<Projected> {
    let total: i64 = sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(database.pool()).await?;
    let total = u64::try_from(total)?;
    let mut connection = database.connection().await?;
    prepare(&mut connection).await?;
    let bar = progress::bar(total, format!("events into {}, {batch} a batch", P::NAME));

    let (used, start) = (meter.read(), Instant::now());
    let (mut checkpoint, mut applying) = (Checkpoint::default(), Duration::ZERO);
    let mut pages = database.pages(Position::START, batch);
    while let Some(page) = pages.next().await {
        let events: Vec<_> = LogEvent::numbered_after(checkpoint.log_number, page?).collect();
        let began = Instant::now();
        checkpoint = step(&projector, &mut connection, checkpoint, &events).await?;
        applying += began.elapsed();
        bar.set_position(checkpoint.log_number);
    }
    let elapsed = start.elapsed();
    let cores = used.and_then(|before| Some(meter.read()?.cores_since(before, elapsed)));
    bar.finish_and_clear();
    connection.close().await?;

    anyhow::ensure!(checkpoint.log_number == total, "{} read {} of {total} events", P::NAME, checkpoint.log_number);
    Ok(Projected {
        model: P::NAME,
        batch,
        events: total,
        seconds: elapsed.as_secs_f64(),
        events_per_second: report::float(total) / elapsed.as_secs_f64(),
        applying_seconds: applying.as_secs_f64(),
        client_cores: cores.map(|(client, _)| client),
        server_cores: cores.map(|(_, server)| server),
    })
}
