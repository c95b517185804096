//! Starts and stops the parts of a process: HTTP server, relay, projectors and live hub.

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
use crate::connect::{connect_database, connect_nats, refusal_reason, tokens};
use crate::demo;
use crate::edge::{self, Front, Port, QueryLimits, Shutdown};
use crate::images::Images;
use crate::limits::Limits;
use crate::live::Hub;
use crate::observe::{self, Health, Monitor, MonitorSources};
use crate::role::Role;
use crate::routes;
use crate::state::{AppServices, AppState};

/// How long a stop waits for requests in flight before it closes their connections.
const STOP_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the start waits for NATS, to reject an unusable server and to create the stream before readers look for it. The
/// start continues without NATS.
const NATS_START_TIMEOUT: Duration = Duration::from_secs(2);
/// How often the limits of idle callers and expired tickets are removed.
const CLEANUP_INTERVAL: Duration = Duration::from_mins(1);
/// How often the recorder moves measurements into their buckets.
const METRICS_UPKEEP_INTERVAL: Duration = Duration::from_secs(5);
/// Enough for scrapers, orchestrators and operators.
const MAX_HEALTH_CONNECTIONS: usize = 64;
/// How often a relay checks whether a diverged stream has been recovered.
const DIVERGED_RETRY_INTERVAL: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub struct Service {
    pub address: Option<SocketAddr>,
    pub health_address: Option<SocketAddr>,
    commands: Commands,
    drain: Duration,
    draining: CancellationToken,
    front: TaskGroup,
    // Stopped after `front`, because requests in flight append events.
    writers: TaskGroup,
    // Stopped last, because orchestrators check the health until the end.
    health: TaskGroup,
}

/// The ports of a process, bound before anything else.
#[derive(Debug)]
pub struct Ports {
    api: Option<Port>,
    health: Option<Port>,
}

impl Ports {
    pub fn bind(config: &ServerConfig, roles: &[Role]) -> anyhow::Result<Self> {
        let api = roles.contains(&Role::Api);
        let api = api.then(|| Port::bind(config.listen, "pass another address with --listen")).transpose()?;
        let remedy = "set server.health_listen to another address";
        let health = match config.health_listen {
            Some(address) => Some(Port::bind(address, remedy)?),
            None if api.is_some() => None,
            // The default port may be in use by another such process on the same machine, so a failure is not an error.
            None => Port::bind(ServerConfig::DEFAULT_HEALTH_LISTEN, remedy)
                .inspect_err(|error| {
                    let error = format!("{error:#}");
                    tracing::warn!(error, "failed to bind the default health port; health and metrics are not served");
                })
                .ok(),
        };
        Ok(Self { api, health })
    }
}

/// Tasks that stop together.
#[derive(Debug, Default)]
struct TaskGroup {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl TaskGroup {
    async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Returns an error if NATS can never be used: the server is too old, or the stream belongs to another installation. Logs a
/// warning if NATS does not respond.
async fn check_nats(nats: &Nats, database: &Database) -> anyhow::Result<()> {
    let checked = tokio::time::timeout(NATS_START_TIMEOUT, async {
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
    /// Migrates the database and starts the parts of these roles.
    pub async fn start(config: &Config, roles: &[Role], ports: Ports) -> anyhow::Result<Self> {
        // First, because measurements before the installation of the recorder are lost.
        observe::recorder();
        check::check_values(config, roles)?;
        if roles.contains(&Role::Api) {
            Images::prepare(&config.images)?;
        }
        let database = connect_database(config).await?;
        if roles.contains(&Role::Api) {
            check::check_local_keys(config).await?;
        }
        database.require_writable().await.map_err(refusal_reason)?;
        database.migrate().await?;
        database.enter_epoch().await?;
        let nats = connect_nats(config).await?;
        check_nats(&nats, &database).await?;

        let (front, writers, wake, feed) =
            (TaskGroup::default(), TaskGroup::default(), Wake::default(), Feed::default());
        let TaskGroup { stop, tasks } = &front;
        if roles.contains(&Role::Relay) {
            let relay = Relay::new(database.clone(), nats.clone(), wake.clone(), feed.clone())
                .with_replicas(config.nats.replicas);
            // Creates the stream before readers look for it. On failure the relay retries and logs the error when it leads.
            let _ = tokio::time::timeout(NATS_START_TIMEOUT, relay.prepare()).await;
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
        let (draining, health) = (CancellationToken::new(), TaskGroup::default());
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

    /// Creates the demo site unless it exists.
    pub async fn seed_demo(&self) -> anyhow::Result<()> {
        demo::seed(&self.commands).await
    }

    /// Stops. First continues to serve, so that proxies notice, until the configured time has passed or `hurry` is ready. Then
    /// accepts no new requests, ends streams, and waits up to `STOP_TIMEOUT` for requests in flight.
    pub async fn stop(self, hurry: impl Future) {
        self.draining.cancel();
        if !self.drain.is_zero() {
            tracing::info!(seconds = self.drain.as_secs(), "stopping; still serving until proxies have noticed");
            let _ = tokio::time::timeout(self.drain, hurry).await;
        }
        let in_order = async {
            self.front.stop().await;
            self.writers.stop().await;
            self.health.stop().await;
        };
        if tokio::time::timeout(STOP_TIMEOUT, in_order).await.is_err() {
            tracing::warn!("some requests did not finish in time; closing their connections");
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

/// Runs the relay until the stop. Retries while the stream has diverged, because an operator recovers it from another
/// process.
async fn relay_until(relay: Relay, stop: CancellationToken) {
    while let Err(error) = relay.run(stop.clone()).await {
        tracing::error!(%error, "stream has diverged; nothing is relayed until `causerie recover`");
        if stop.run_until_cancelled(tokio::time::sleep(DIVERGED_RETRY_INTERVAL)).await.is_none() {
            return;
        }
    }
}

/// Notifies a relay that runs in another process of appended events.
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
    tasks.spawn(remove_idle_callers(Arc::clone(&state.limits), Arc::clone(&state.tickets), stop.clone()));
    tasks.spawn(refresh_keys(Arc::clone(&state.tokens), stop.clone()));
    edge::raise_file_limit();
    let listener = port.listen()?;
    let address = listener.local_addr()?;
    let front =
        Front::new(config, state.clone(), routes::router(state, QueryLimits::new(max_concurrent_queries(config))));
    tasks.spawn(edge::serve(listener, front, config.server.max_connections, shutdown));
    Ok(address)
}

fn serve_health(monitor: Monitor, port: Port, health: &TaskGroup) -> anyhow::Result<SocketAddr> {
    let listener = port.listen()?;
    let address = listener.local_addr()?;
    let shutdown = Shutdown { stop: health.stop.clone(), ..Shutdown::default() };
    health.tasks.spawn(edge::serve(listener, routes::health_router(monitor), MAX_HEALTH_CONNECTIONS, shutdown));
    Ok(address)
}

/// Concurrent queries by default. More than twice the processors do not increase the throughput, but make a single query wait
/// longer. Some connections remain for commands.
fn max_concurrent_queries(config: &Config) -> usize {
    if config.server.max_queries > 0 {
        return config.server.max_queries;
    }
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    (processors * 2).min(config.database.max_connections as usize * 3 / 4).max(1)
}

async fn remove_idle_callers(limits: Arc<Limits>, tickets: Arc<Tickets>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(CLEANUP_INTERVAL)).await.is_some() {
        limits.forget_idle();
        tickets.forget_expired(Instant::now());
    }
}

async fn refresh_keys(tokens: Arc<Tokens>, stop: CancellationToken) {
    let Some(published) = tokens.published() else { return };
    while stop.run_until_cancelled(tokio::time::sleep(REFRESH)).await.is_some() {
        if let Err(error) = published.refresh().await {
            tracing::warn!(
                error = format!("{error:#}"),
                "failed to refresh the JSON Web Key Set; using the cached keys"
            );
        }
    }
}

async fn tidy_metrics(stop: CancellationToken) {
    let Some(recorder) = observe::recorder() else { return };
    while stop.run_until_cancelled(tokio::time::sleep(METRICS_UPKEEP_INTERVAL)).await.is_some() {
        recorder.run_upkeep();
    }
}
