//! What runs: the HTTP server, the relay, the projectors and the live hub, and how they stop.

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{Projector, runner};
use causerie_store::{Database, DatabaseOptions, Feed, Nats, PoolerError, Relay, Wake};
use clap::ValueEnum;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, info_span};

use crate::auth::{Published, REFRESH, Source, Tickets, Tokens};
use crate::commands::Commands;
use crate::config::{AuthConfig, Config};
use crate::demo;
use crate::edge::{self, Front, Queries};
use crate::images::Images;
use crate::limits::Limits;
use crate::live::Hub;
use crate::observe::{self, Health};
use crate::routes;
use crate::state::{AppState, Parts};

/// How long a stop may take before what is still open is cut.
const STOP_LIMIT: Duration = Duration::from_secs(8);
/// How long a start waits for NATS, so that readers find their stream. Nothing depends on it.
const NATS_PATIENCE: Duration = Duration::from_secs(2);
/// How often callers who have not been seen for a while are forgotten.
const FORGET: Duration = Duration::from_mins(1);
/// How often measurements are put into their buckets.
const TIDY: Duration = Duration::from_secs(5);

/// How often a relay whose stream has diverged looks whether it has been recovered.
const RETRY_DIVERGED: Duration = Duration::from_secs(2);
/// How often it says so again.
const REPORT_DIVERGED: Duration = Duration::from_mins(1);

/// A part of the service that a process may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// HTTP and the live streams.
    Api,
    /// From the log to JetStream.
    Relay,
    /// From JetStream to the read models.
    Projector,
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    /// Where it listens, if it serves HTTP.
    pub address: Option<SocketAddr>,
    commands: Commands,
    front: Part,
    // Stopped last: requests in flight still have something to append.
    writers: Part,
}

/// Tasks that stop together.
#[derive(Debug, Default)]
struct Part {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Part {
    async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Connects to Postgres as configured.
pub async fn connect_database(config: &Config) -> anyhow::Result<Database> {
    let url = config.database.url.as_ref().context(
        "no database is configured; set CAUSERIE_DATABASE__URL, or start the embedded one with `causerie dev`",
    )?;
    let options = DatabaseOptions {
        url: url.expose_secret().to_owned(),
        max_connections: config.database.max_connections,
        statement_timeout: Duration::from_millis(config.database.statement_timeout_ms),
    };
    Database::connect(&options).await.map_err(|error| match error.source.downcast_ref::<PoolerError>() {
        Some(pooler) => anyhow::Error::new(pooler.clone()),
        None => anyhow::Error::new(error).context("cannot reach Postgres"),
    })
}

/// The tokens as configured.
pub async fn tokens(config: &Config) -> anyhow::Result<Tokens> {
    let AuthConfig { secret, jwks_file, jwks_url, issuer, .. } = &config.auth;
    let source = match (jwks_file, jwks_url) {
        (Some(_), Some(_)) => anyhow::bail!("both auth.jwks_file and auth.jwks_url are configured; keep one"),
        (Some(file), None) => Some(Source::File(file.clone())),
        (None, Some(url)) => Some(Source::url(url)?),
        (None, None) => None,
    };
    anyhow::ensure!(
        secret.is_some() || source.is_some(),
        "no key for tokens is configured; set CAUSERIE_AUTH__SECRET, CAUSERIE_AUTH__JWKS_FILE or CAUSERIE_AUTH__JWKS_URL, \
         or use `causerie dev`, which makes a secret"
    );
    let long_enough = secret.as_ref().is_none_or(|secret| secret.expose_secret().len() >= 32);
    anyhow::ensure!(long_enough, "the secret for tokens must have at least 32 bytes");
    let published = match source {
        Some(source) => Some(Published::of(source).await?),
        None => None,
    };
    Ok(Tokens::new(issuer, secret.clone(), published))
}

impl Service {
    /// Migrates and starts the parts asked for.
    pub async fn start(config: &Config, roles: &[Role]) -> anyhow::Result<Self> {
        let database = connect_database(config).await?;
        database.migrate().await?;
        database.enter_epoch().await?;
        let url = config.nats.url.as_ref().context("no NATS server is configured; set CAUSERIE_NATS__URL")?;
        let replicas = config.nats.replicas;
        anyhow::ensure!(matches!(replicas, 1 | 3 | 5), "nats.replicas is {replicas}; it must be 1, 3 or 5");
        let nats = Nats::connect(url.expose_secret()).await.context("cannot reach NATS")?;

        if roles.contains(&Role::Api) {
            // Before anything counts: what is counted earlier is lost.
            observe::recorder();
        }
        let (front, writers, wake, feed) = (Part::default(), Part::default(), Wake::default(), Feed::default());
        let Part { stop, tasks } = &front;
        if roles.contains(&Role::Relay) {
            let relay = Relay::new(database.clone(), nats.clone(), wake.clone(), feed.clone())
                .with_replicas(config.nats.replicas);
            if let Err(error) = tokio::time::timeout(NATS_PATIENCE, relay.prepare()).await {
                tracing::info!(%error, "NATS does not answer yet; starting without it");
            }
            let stop = stop.clone();
            tasks.spawn(relay_until(relay, stop).instrument(info_span!("relay")));
        }
        if roles.contains(&Role::Projector) {
            let log = (&database, &nats, &feed);
            project(MemberListProjector, log, stop, tasks);
            project(ConversationListProjector, log, stop, tasks);
            project(TimelineProjector, log, stop, tasks);
        }
        let commands = Commands::start(database.clone(), wake, &writers.stop, &writers.tasks).await?;
        let address = if roles.contains(&Role::Api) {
            Some(start_api(config, database, nats, feed, commands.clone(), stop, tasks).await?)
        } else {
            None
        };
        Ok(Self { address, commands, front, writers })
    }

    /// Makes the demo site, unless it is there.
    pub async fn seed_demo(&self) -> anyhow::Result<()> {
        demo::seed(&self.commands).await
    }

    /// Stops: no new requests, streams end, requests in flight finish, within a limit.
    pub async fn stop(self) {
        let in_order = async {
            self.front.stop().await;
            self.writers.stop().await;
        };
        if tokio::time::timeout(STOP_LIMIT, in_order).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut");
        }
    }
}

fn project<P: Projector + 'static>(
    projector: P,
    (database, nats, feed): (&Database, &Nats, &Feed),
    stop: &CancellationToken,
    tasks: &TaskTracker,
) {
    let run = runner::run(projector, database.clone(), nats.clone(), feed.clone(), stop.clone());
    tasks.spawn(run.instrument(info_span!("projector", projection = P::NAME)));
}

/// Relays until told to stop. While the stream has diverged it looks again now and then: an operator recovers it from another
/// process.
async fn relay_until(relay: Relay, stop: CancellationToken) {
    let mut reported: Option<Instant> = None;
    while let Err(error) = relay.run(stop.clone()).await {
        if reported.is_none_or(|at| at.elapsed() > REPORT_DIVERGED) {
            tracing::error!(%error, "nothing is relayed; looks again every few seconds");
            reported = Some(Instant::now());
        }
        if stop.run_until_cancelled(tokio::time::sleep(RETRY_DIVERGED)).await.is_none() {
            return;
        }
    }
}

async fn start_api(
    config: &Config,
    database: Database,
    nats: Nats,
    feed: Feed,
    commands: Commands,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) -> anyhow::Result<SocketAddr> {
    let hub = Hub::new(commands.clone(), database.clone());
    tasks.spawn(hub.clone().run(nats.clone(), feed, stop.clone()).instrument(info_span!("hub")));
    let state = AppState::from(Parts {
        health: Arc::new(Health::new(database.clone(), nats.clone())),
        commands,
        images: Images::open(&config.images)?,
        database,
        nats,
        tokens: Arc::new(tokens(config).await?),
        tickets: Arc::new(Tickets::default()),
        limits: Arc::new(Limits::new(&config.limits)),
        queries: Queries::at_once(queries(config)),
        hub,
        demo: config.demo,
        stop: stop.clone(),
    });
    tasks.spawn(forget_callers(Arc::clone(&state.limits), Arc::clone(&state.tickets), stop.clone()));
    tasks.spawn(tidy_metrics(stop.clone()));
    tasks.spawn(refresh_keys(Arc::clone(&state.tokens), stop.clone()));

    edge::raise_file_limit();
    let listen = config.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; pass another address with --listen"))?;
    let address = listener.local_addr()?;
    let front = Front::new(config, state.clone(), routes::router(state));
    tasks.spawn(edge::serve(listener, front, config.server.max_connections, stop.clone()));
    Ok(address)
}

/// How many queries are worked on at once. Twice the processors get as much done as more (measured on two: with 4 as many as
/// with 16), and a query beside a flood of them waits the less. Never all connections: commands need some.
fn queries(config: &Config) -> usize {
    if config.server.max_queries > 0 {
        return config.server.max_queries;
    }
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    (processors * 2).min(config.database.max_connections as usize * 3 / 4)
}

async fn forget_callers(limits: Arc<Limits>, tickets: Arc<Tickets>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(FORGET)).await.is_some() {
        limits.forget_idle();
        tickets.forget_expired(Instant::now());
    }
}

async fn refresh_keys(tokens: Arc<Tokens>, stop: CancellationToken) {
    let Some(published) = tokens.published() else { return };
    while stop.run_until_cancelled(tokio::time::sleep(REFRESH)).await.is_some() {
        if let Err(error) = published.refresh().await {
            tracing::warn!(error = format!("{error:#}"), "the published keys stay as they were");
        }
    }
}

async fn tidy_metrics(stop: CancellationToken) {
    let Some(recorder) = observe::recorder() else { return };
    while stop.run_until_cancelled(tokio::time::sleep(TIDY)).await.is_some() {
        recorder.tidy();
    }
}
