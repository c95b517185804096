//! What runs: the HTTP server, the relay, the projectors and the live hub, and how they stop.

use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use causerie_projections::conversation_list::ConversationListProjector;
use causerie_projections::member_list::MemberListProjector;
use causerie_projections::timeline::TimelineProjector;
use causerie_projections::{Projector, runner};
use causerie_store::{Database, Feed, Nats, Relay, StoreErrorKind, Wake, require_own_stream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{Instrument, info_span};

use crate::auth::{REFRESH, Tickets, TokenRoles, Tokens};
use crate::check;
use crate::commands::Commands;
use crate::config::{Config, ServerConfig};
use crate::connect::{connect_database, connect_nats, refusal, tokens};
use crate::demo;
use crate::edge::{self, Front, Port, QueryLimits, Shutdown};
use crate::images::Images;
use crate::limits::Limits;
use crate::live::Hub;
use crate::observe::{self, Health, Monitor, MonitorSources};
use crate::role::Role;
use crate::routes;
use crate::state::{AppServices, AppState};

/// How long a stop may take before what is still open is cut.
const STOP_LIMIT: Duration = Duration::from_secs(8);
/// How long a start waits for NATS, for what it can refuse at once and so that readers find their stream. Nothing else depends
/// on it.
const NATS_PATIENCE: Duration = Duration::from_secs(2);
/// How often callers who have not been seen for a while are forgotten.
const FORGET: Duration = Duration::from_mins(1);
/// How often measurements are put into their buckets.
const TIDY: Duration = Duration::from_secs(5);
/// Connections to the port for health: a scraper, an orchestrator, a person.
const HEALTH_CONNECTIONS: usize = 64;
/// How often a relay whose stream has diverged looks whether it has been recovered.
const RETRY_DIVERGED: Duration = Duration::from_secs(2);

/// A running service.
#[derive(Debug)]
pub struct Service {
    /// Where it listens, if it serves HTTP.
    pub address: Option<SocketAddr>,
    /// Where its health is served, if on a port of its own.
    pub health_address: Option<SocketAddr>,
    commands: Commands,
    drain: Duration,
    draining: CancellationToken,
    front: Part,
    // Requests in flight still have something to append.
    writers: Part,
    // Stopped last: an orchestrator asks until the end.
    health: Part,
}

/// The addresses that a process takes before anything else.
#[derive(Debug)]
pub struct Ports {
    api: Option<Port>,
    health: Option<Port>,
}

impl Ports {
    /// Those of the configuration for these roles.
    pub fn take(config: &ServerConfig, roles: &[Role]) -> anyhow::Result<Self> {
        let api = roles.contains(&Role::Api);
        let api = api.then(|| Port::bind(config.listen, "pass another address with --listen")).transpose()?;
        let remedy = "set server.health_listen to another address";
        let health = match config.health_listen {
            Some(address) => Some(Port::bind(address, remedy)?),
            None if api.is_some() => None,
            // Several such processes may run on one machine: nothing was asked for, so nothing is refused.
            None => Port::bind(ServerConfig::DEFAULT_HEALTH_LISTEN, remedy)
                .inspect_err(|error| {
                    let error = format!("{error:#}");
                    tracing::warn!(error, "health and metrics of this process are not served");
                })
                .ok(),
        };
        Ok(Self { api, health })
    }
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

/// Refuses what would never work: a server that is too old, and the stream of another installation. A NATS that does not
/// answer is none of that.
async fn check_nats(nats: &Nats, database: &Database) -> anyhow::Result<()> {
    let checked = tokio::time::timeout(NATS_PATIENCE, async {
        nats.connected().await;
        nats.require_supported_server()?;
        require_own_stream(nats, database).await
    });
    let reason = match checked.await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) if error.kind == StoreErrorKind::Refused => return Err(anyhow::anyhow!(error.source)),
        Ok(Err(error)) => nats.explain(&error),
        Err(_) => nats.failure().unwrap_or_else(|| "no response in time".to_owned()),
    };
    tracing::warn!(reason, "NATS cannot be used yet; starting without it");
    Ok(())
}

impl Service {
    /// Migrates and starts the parts asked for.
    pub async fn start(config: &Config, roles: &[Role], ports: Ports) -> anyhow::Result<Self> {
        // Before anything counts: what is counted earlier is lost.
        observe::recorder();
        check::values(config, roles)?;
        if roles.contains(&Role::Api) {
            Images::prepare(&config.images)?;
        }
        let database = connect_database(config).await?;
        if roles.contains(&Role::Api) {
            check::keys_at_hand(config).await?;
        }
        database.require_writable().await.map_err(refusal)?;
        database.migrate().await?;
        database.enter_epoch().await?;
        let nats = connect_nats(config).await?;
        check_nats(&nats, &database).await?;

        let (front, writers, wake, feed) = (Part::default(), Part::default(), Wake::default(), Feed::default());
        let Part { stop, tasks } = &front;
        if roles.contains(&Role::Relay) {
            let relay = Relay::new(database.clone(), nats.clone(), wake.clone(), feed.clone())
                .with_replicas(config.nats.replicas);
            // So that readers find their stream; where it fails, the relay says why when it leads.
            let _ = tokio::time::timeout(NATS_PATIENCE, relay.prepare()).await;
            let stop = stop.clone();
            tasks.spawn(relay_until(relay, stop).instrument(info_span!("relay")));
        }
        if roles.contains(&Role::Projector) {
            let log = (&database, &nats, &feed);
            project(MemberListProjector, log, stop, tasks);
            project(ConversationListProjector, log, stop, tasks);
            project(TimelineProjector, log, stop, tasks);
        }
        writers.tasks.spawn(announce(wake.clone(), nats.clone(), feed.clone(), writers.stop.clone()));
        let commands = Commands::start(database.clone(), wake, &writers.stop, &writers.tasks).await?;
        tasks.spawn(tidy_metrics(stop.clone()));
        let hub = ports.api.as_ref().map(|_| Hub::new(commands.clone(), database.clone()));
        if let Some(hub) = hub.clone() {
            tasks.spawn(hub.run(nats.clone(), feed, stop.clone()).instrument(info_span!("hub")));
        }
        let (draining, health) = (CancellationToken::new(), Part::default());
        let monitor = Monitor::from(MonitorSources {
            health: Health::new(database.clone(), nats.clone()),
            commands: commands.clone(),
            database: database.clone(),
            hub: hub.clone(),
            draining: draining.clone(),
        });
        let (reports, until) = (monitor.clone(), stop.clone());
        tasks.spawn(async move { until.run_until_cancelled(reports.listen_to_relays()).await });
        let shutdown = Shutdown { draining: draining.clone(), stop: stop.clone() };
        let address = match (ports.api, hub) {
            (Some(port), Some(hub)) => {
                let tokens = Arc::new(tokens(config).await?);
                let state = AppState::from(AppServices {
                    monitor: monitor.clone(),
                    metrics_elsewhere: ports.health.is_some(),
                    commands: commands.clone(),
                    images: Images::open(&config.images)?,
                    database,
                    nats,
                    tokens,
                    token_roles: TokenRoles::default(),
                    tickets: Arc::new(Tickets::default()),
                    limits: Arc::new(Limits::new(&config.limits)),
                    queries: QueryLimits::new(queries(config)),
                    hub,
                    demo: config.demo,
                    stop: stop.clone(),
                });
                Some(serve_api(config, state, port, shutdown, tasks)?)
            }
            _ => None,
        };
        let health_address = ports.health.map(|port| serve_health(monitor, port, &health)).transpose()?;
        let drain = Duration::from_secs(if address.is_some() { config.server.drain_seconds } else { 0 });
        Ok(Self { address, health_address, commands, drain, draining, front, writers, health })
    }

    /// Makes the demo site, unless it is there.
    pub async fn seed_demo(&self) -> anyhow::Result<()> {
        demo::seed(&self.commands).await
    }

    /// Stops. First it serves on while others take over, for as long as is configured or until `hurry` is ready; then: no
    /// new requests, streams end, requests in flight finish, within a limit.
    pub async fn stop(self, hurry: impl Future) {
        self.draining.cancel();
        if !self.drain.is_zero() {
            tracing::info!(seconds = self.drain.as_secs(), "stopping: serves on until proxies have noticed");
            let _ = tokio::time::timeout(self.drain, hurry).await;
        }
        let in_order = async {
            self.front.stop().await;
            self.writers.stop().await;
            self.health.stop().await;
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
    while let Err(error) = relay.run(stop.clone()).await {
        tracing::error!(%error, "nothing is relayed; looks again every few seconds");
        if stop.run_until_cancelled(tokio::time::sleep(RETRY_DIVERGED)).await.is_none() {
            return;
        }
    }
}

/// Wakes the relay where it works in another process.
async fn announce(wake: Wake, nats: Nats, feed: Feed, stop: CancellationToken) {
    stop.run_until_cancelled(wake.announce(&nats, &feed)).await;
}

fn serve_api(
    config: &Config,
    state: AppState,
    port: Port,
    shutdown: Shutdown,
    tasks: &TaskTracker,
) -> anyhow::Result<SocketAddr> {
    let stop = &shutdown.stop;
    tasks.spawn(forget_callers(Arc::clone(&state.limits), Arc::clone(&state.tickets), stop.clone()));
    tasks.spawn(refresh_keys(Arc::clone(&state.tokens), stop.clone()));
    edge::raise_file_limit();
    let listener = port.listen()?;
    let address = listener.local_addr()?;
    let front = Front::new(config, state.clone(), routes::router(state));
    tasks.spawn(edge::serve(listener, front, config.server.max_connections, shutdown));
    Ok(address)
}

fn serve_health(monitor: Monitor, port: Port, health: &Part) -> anyhow::Result<SocketAddr> {
    let listener = port.listen()?;
    let address = listener.local_addr()?;
    let shutdown = Shutdown { stop: health.stop.clone(), ..Shutdown::default() };
    health.tasks.spawn(edge::serve(listener, routes::health_router(monitor), HEALTH_CONNECTIONS, shutdown));
    Ok(address)
}

/// How many queries are worked on at once. Twice the processors get as much done as more (measured on two: with 4 as many as
/// with 16), and a query beside a flood of them waits the less. Never all connections: commands need some.
fn queries(config: &Config) -> usize {
    if config.server.max_queries > 0 {
        return config.server.max_queries;
    }
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    (processors * 2).min(config.database.max_connections as usize * 3 / 4).max(1)
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
        recorder.run_upkeep();
    }
}
