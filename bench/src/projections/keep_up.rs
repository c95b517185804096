//! The service's own way: a relay that has copied the log to JetStream, and a runner that follows it from the start.

use std::time::{Duration, Instant};

use anyhow::Context;
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{checkpoint, runner};
use causerie_store::{Database, Feed, Nats};
use tokio_util::sync::CancellationToken;

use crate::progress;
use crate::queries::Model;
use crate::relay;
use crate::server::Server;

const LIMIT: Duration = Duration::from_mins(5);
const LOOK: Duration = Duration::from_millis(10);

/// JetStream, with the whole log in it.
pub(super) async fn relayed(server: &Server, events: u64) -> anyhow::Result<Nats> {
    let nats = Nats::connect(&server.nats_url()?).await?;
    relay::to_the_end(&server.database, &nats, events, LIMIT).await?;
    Ok(nats)
}

/// Until the read model has all events.
pub(super) async fn run(model: Model, database: &Database, nats: &Nats, events: u64) -> anyhow::Result<()> {
    let (stop, start) = (CancellationToken::new(), Instant::now());
    let (log, copy, told) = (database.clone(), nats.clone(), stop.clone());
    let running = match model {
        Model::MemberList => tokio::spawn(runner::run(MemberListProjector, log, copy, Feed::default(), told)),
        Model::ConversationList => {
            tokio::spawn(runner::run(ConversationListProjector, log, copy, Feed::default(), told))
        }
        Model::Timeline => tokio::spawn(runner::run(TimelineProjector, log, copy, Feed::default(), told)),
    };
    let bar = progress::bar(events, format!("events into {}", model.name()));
    let mut reached = 0;
    while reached < events {
        anyhow::ensure!(start.elapsed() < LIMIT, "{} has only {reached} of {events} events", model.name());
        tokio::time::sleep(LOOK).await;
        reached = checkpoint::load(database.pool(), model.name()).await?.log_number;
        bar.set_position(reached);
    }
    bar.finish_and_clear();
    stop.cancel();
    running.await.context("the runner ended early")
}
