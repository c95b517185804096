//! The cluster under test: a Postgres, a nats-server and two processes of each role. Each role
//! reaches Postgres and NATS through proxies of its own, so that a fault can cut them.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream;
use causerie_sandbox::testing::TestServers;
use causerie_sandbox::{PostgresServer, Standby};
use causerie_tests::{NO_LIMITS, Proxy, free_port};
use sqlx::{Connection, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use crate::client::NODES;
use crate::process::ServiceProcess;
use crate::sites::SECRET;

/// The time limit for a process to become ready once Postgres and NATS run.
const READY_LIMIT: Duration = Duration::from_mins(1);
const QUERY_TIMEOUT: Duration = Duration::from_secs(3);
/// As the default of the service.
pub(crate) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// The time limit for the cluster to settle. P15 checks the shorter times of docs/resilience.md.
pub(crate) const SETTLE_LIMIT: Duration = Duration::from_mins(1);
const STREAM: &str = "CAUSERIE_EVENTS";

/// Polls a condition. Returns how long it took to hold, or none if it did not hold within the
/// limit.
pub(crate) async fn wait_until(limit: Duration, mut condition: impl AsyncFnMut() -> bool) -> Option<Duration> {
    let began = Instant::now();
    loop {
        if condition().await {
            return Some(began.elapsed());
        }
        if began.elapsed() > limit {
            return None;
        }
        sleep(Duration::from_millis(10)).await;
    }
}

/// The proxies between the processes of one role and their servers.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) postgres: Proxy,
    pub(crate) nats: Proxy,
}

impl Links {
    async fn to(servers: &TestServers, postgres: u16) -> Self {
        Self { postgres: Proxy::to(postgres).await, nats: Proxy::to(servers.nats.port()).await }
    }

    fn environment(&self, servers: &TestServers, statement_timeout: Duration) -> Vec<(&'static str, String)> {
        let database_url = url_through(servers.database_url(), &self.postgres);
        let mut environment = vec![
            ("CAUSERIE_DATABASE__URL", database_url),
            ("CAUSERIE_NATS__URL", url_through(&servers.nats_url(), &self.nats)),
            ("CAUSERIE_DATABASE__STATEMENT_TIMEOUT_MS", statement_timeout.as_millis().to_string()),
            ("CAUSERIE_AUTH__SECRET", SECRET.to_owned()),
            ("CAUSERIE_SERVER__DRAIN_SECONDS", "0".to_owned()),
        ];
        environment.extend(NO_LIMITS.map(|(key, value)| (key, value.to_owned())));
        environment
    }
}

fn url_through(url: &str, proxy: &Proxy) -> String {
    let mut url: reqwest::Url = url.parse().expect("a URL");
    url.set_port(Some(proxy.port)).expect("a URL with a host");
    url.into()
}

/// The current primary, or a former one.
#[derive(Debug)]
pub(crate) enum Primary {
    /// `_files` holds the data folder of a restored server; without it, `Cluster::servers` does.
    Server {
        postgres: Box<PostgresServer>,
        _files: Option<Box<TestServers>>,
    },
    Standby(Box<Standby>),
}

impl Primary {
    /// A Postgres that a dump was restored into.
    pub(crate) fn restored(mut servers: TestServers) -> Self {
        let postgres = servers.postgres.take().expect("a private Postgres");
        Self::Server { postgres: Box::new(postgres), _files: Some(Box::new(servers)) }
    }

    fn postgres(&self) -> &PostgresServer {
        match self {
            Self::Server { postgres, .. } => postgres,
            Self::Standby(standby) => &standby.postgres,
        }
    }

    fn postgres_mut(&mut self) -> &mut PostgresServer {
        match self {
            Self::Server { postgres, .. } => postgres,
            Self::Standby(standby) => &mut standby.postgres,
        }
    }

    /// Kills the server and deletes its data.
    pub(crate) async fn remove(mut self) {
        self.postgres_mut().kill();
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) apis: Vec<ServiceProcess>,
    pub(crate) relays: Vec<ServiceProcess>,
    pub(crate) projectors: Vec<ServiceProcess>,
    pub(crate) urls: Vec<String>,
    pub(crate) api_links: Links,
    pub(crate) relay_links: Links,
    pub(crate) projector_links: Links,
    /// Declared before `servers`, so that it is dropped first: its data folder belongs to them.
    primary: Primary,
    pub(crate) servers: TestServers,
    jetstream: jetstream::Context,
    pub(crate) logs: PathBuf,
    /// Whether [`Cluster::stop`] keeps the logs of the processes.
    pub(crate) keep_logs: bool,
}

impl Cluster {
    /// Starts both API processes, one relay and one projector. A fault that needs the second relay
    /// or projector starts it.
    pub(crate) async fn start(seed: u64) -> Self {
        Self::start_with(seed, STATEMENT_TIMEOUT).await
    }

    pub(crate) async fn start_with(seed: u64, statement_timeout: Duration) -> Self {
        let mut servers = TestServers::start_private().await.expect("the servers start");
        let postgres = servers.postgres.take().expect("a private Postgres");
        let port = postgres.port();
        let api_links = Links::to(&servers, port).await;
        let relay_links = Links::to(&servers, port).await;
        let projector_links = Links::to(&servers, port).await;
        let logs = std::env::temp_dir().join(format!("causerie-resilience-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&logs).expect("a folder for logs");
        let process = |name, links: &Links, arguments: &[&str]| {
            ServiceProcess::new(name, arguments, &links.environment(&servers, statement_timeout), &logs)
        };
        let listen: Vec<String> = (0..NODES).map(|_| format!("127.0.0.1:{}", free_port())).collect();
        let api =
            |name, node: usize| process(name, &api_links, &["serve", "--roles", "api", "--listen", &listen[node]]);
        let relay = |name| process(name, &relay_links, &["serve", "--roles", "relay"]);
        let projector = |name| process(name, &projector_links, &["serve", "--roles", "projector"]);
        let mut cluster = Self {
            apis: vec![api("api-0", 0), api("api-1", 1)],
            relays: vec![relay("relay-0"), relay("relay-1")],
            projectors: vec![projector("projector-0"), projector("projector-1")],
            urls: listen.iter().map(|address| format!("http://{address}")).collect(),
            jetstream: connect(&servers.nats_url()).await,
            api_links,
            relay_links,
            projector_links,
            primary: Primary::Server { postgres: Box::new(postgres), _files: None },
            servers,
            logs,
            keep_logs: false,
        };
        cluster.start_stopped().await;
        cluster
    }

    pub(crate) fn primary(&self) -> &PostgresServer {
        self.primary.postgres()
    }

    pub(crate) fn primary_mut(&mut self) -> &mut PostgresServer {
        self.primary.postgres_mut()
    }

    pub(crate) const fn postgres_links(&self) -> [&Proxy; 3] {
        [&self.api_links.postgres, &self.relay_links.postgres, &self.projector_links.postgres]
    }

    /// Routes new connections to another Postgres and leaves open ones alone. Returns the previous
    /// Postgres.
    pub(crate) fn switch_to(&mut self, primary: Primary) -> Primary {
        for link in self.postgres_links() {
            link.route_to(primary.postgres().port());
        }
        std::mem::replace(&mut self.primary, primary)
    }

    /// As [`Cluster::switch_to`], to a standby that is promoted first.
    pub(crate) async fn promote(&mut self, standby: Standby) -> Primary {
        standby.promote().await.expect("the standby is promoted");
        self.switch_to(Primary::Standby(Box::new(standby)))
    }

    /// Starts both APIs, the first relay and the first projector, if they are not running.
    pub(crate) async fn start_stopped(&mut self) {
        for process in self.apis.iter_mut().chain(self.relays.first_mut()).chain(self.projectors.first_mut()) {
            assert!(process.start(READY_LIMIT).await, "{} does not start:\n{}", process.name, process.log());
        }
    }

    pub(crate) fn processes_mut(&mut self) -> impl Iterator<Item = &mut ServiceProcess> {
        self.apis.iter_mut().chain(&mut self.relays).chain(&mut self.projectors)
    }

    pub(crate) fn pids(&self) -> Vec<Option<u32>> {
        self.apis.iter().chain(&self.relays).chain(&self.projectors).map(ServiceProcess::pid).collect()
    }

    /// A connection to Postgres without a proxy, if it responds.
    pub(crate) async fn database(&self) -> Option<PgConnection> {
        timeout(QUERY_TIMEOUT, PgConnection::connect(&self.primary().url())).await.ok()?.ok()
    }

    /// The number that a query returns, if Postgres responds.
    pub(crate) async fn number(&self, query: &str) -> Option<i64> {
        let mut database = self.database().await?;
        timeout(QUERY_TIMEOUT, sqlx::query_scalar(query).fetch_one(&mut database)).await.ok()?.ok()
    }

    pub(crate) async fn execute(&self, sql: &str) -> bool {
        let Some(mut database) = self.database().await else { return false };
        matches!(timeout(Duration::from_secs(20), sqlx::raw_sql(sql).execute(&mut database)).await, Ok(Ok(_)))
    }

    pub(crate) async fn event_count(&self) -> Option<i64> {
        self.number("SELECT count(*) FROM events").await
    }

    /// The number of the last event that every read model contains.
    pub(crate) async fn checkpoint(&self) -> Option<i64> {
        self.number("SELECT min(log_number) FROM read_models.projection_checkpoints").await
    }

    async fn stream(&self) -> Option<jetstream::stream::Stream> {
        timeout(QUERY_TIMEOUT, self.jetstream.get_stream(STREAM)).await.ok()?.ok()
    }

    /// The last sequence of the stream. None if the stream does not exist or NATS does not respond.
    pub(crate) async fn last_published(&self) -> Option<i64> {
        i64::try_from(self.stream().await?.cached_info().state.last_sequence).ok()
    }

    /// Whether the stream and every read model contain all events.
    pub(crate) async fn has_no_lag(&self) -> bool {
        let events = self.event_count().await;
        events.is_some() && self.last_published().await == events && self.checkpoint().await >= events
    }

    /// Waits until [`Cluster::has_no_lag`]. Returns how long it took.
    pub(crate) async fn until_no_lag(&self) -> Option<Duration> {
        wait_until(SETTLE_LIMIT, async || self.has_no_lag().await).await
    }

    pub(crate) async fn delete_stream(&self) -> bool {
        matches!(timeout(QUERY_TIMEOUT, self.jetstream.delete_stream(STREAM)).await, Ok(Ok(_)))
    }

    /// Leaves the first `count` messages of the stream except number `lost`. The stream allows no
    /// deletion of single messages, so they are copied into one that does.
    pub(crate) async fn damage_stream(&self, count: u64, lost: u64) -> bool {
        let damage = async {
            let stream = self.stream().await?;
            let config = stream.cached_info().config.clone();
            let mut messages = Vec::new();
            for number in 1..=count {
                messages.push(stream.get_raw_message(number).await.ok()?);
            }
            self.jetstream.delete_stream(STREAM).await.ok()?;
            let open = jetstream::stream::Config { deny_delete: false, deny_purge: false, ..config };
            let stream = self.jetstream.create_stream(open).await.ok()?;
            for message in messages {
                let sent = self.jetstream.publish_with_headers(message.subject, message.headers, message.payload);
                sent.await.ok()?.await.ok()?;
            }
            stream.delete_message(lost).await.ok()
        };
        timeout(Duration::from_mins(1), damage).await.ok().flatten().unwrap_or_default()
    }

    /// Whether the stream contains each number up to this one.
    pub(crate) async fn stream_is_complete(&self, last: i64) -> bool {
        let Some(stream) = self.stream().await else { return false };
        let state = &stream.cached_info().state;
        i64::try_from(state.last_sequence).is_ok_and(|end| end >= last) && state.messages == state.last_sequence
    }

    pub(crate) fn nats_store(&self) -> PathBuf {
        self.servers.nats.data_dir().join("data")
    }

    pub(crate) async fn stop(mut self) {
        for process in self.processes_mut() {
            process.kill().await;
        }
        if !self.keep_logs {
            let _ = std::fs::remove_dir_all(&self.logs);
        }
        self.primary.remove().await;
        self.servers.stop().await;
    }
}

async fn connect(url: &str) -> jetstream::Context {
    let address: async_nats::ServerAddr = url.parse().expect("a NATS URL");
    let (user, password) = (address.username().unwrap_or_default(), address.password().unwrap_or_default());
    let options = async_nats::ConnectOptions::new().user_and_password(user.to_owned(), password.to_owned());
    jetstream::new(options.retry_on_initial_connect().connect(address).await.expect("NATS responds"))
}
