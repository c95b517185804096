//! The cluster: servers of its own, every part a process of its own, and a proxy on every way between them.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream;
use causerie_sandbox::testing::TestServers;
use causerie_sandbox::{PostgresServer, Standby};
use causerie_tests::{NO_LIMITS, Proxy, free_port};
use sqlx::{Connection, PgConnection};
use tokio::time::timeout;

use crate::client::NODES;
use crate::process::ServiceProcess;
use crate::sites::SECRET;

/// How long a part may take to be ready once what it needs is there.
const READY: Duration = Duration::from_mins(1);
const STREAM: &str = "CAUSERIE_EVENTS";
/// What the service has where nothing else is configured.
pub(crate) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
const ASK: Duration = Duration::from_secs(3);

/// The links between the parts.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) api_postgres: Proxy,
    pub(crate) api_nats: Proxy,
    pub(crate) relay_postgres: Proxy,
    pub(crate) relay_nats: Proxy,
    pub(crate) projector_postgres: Proxy,
    pub(crate) projector_nats: Proxy,
}

impl Links {
    pub(crate) const fn to_postgres(&self) -> [&Proxy; 3] {
        [&self.api_postgres, &self.relay_postgres, &self.projector_postgres]
    }
}

/// A Postgres that holds the log, or has held it.
#[derive(Debug)]
pub(crate) enum Primary {
    First(Box<PostgresServer>),
    Standby(Box<Standby>),
    Restored(Box<TestServers>),
}

impl Primary {
    fn postgres(&self) -> &PostgresServer {
        match self {
            Self::First(postgres) => postgres,
            Self::Standby(standby) => &standby.postgres,
            Self::Restored(servers) => servers.postgres.as_ref().expect("a Postgres of its own"),
        }
    }

    pub(crate) fn postgres_mut(&mut self) -> &mut PostgresServer {
        match self {
            Self::First(postgres) => postgres,
            Self::Standby(standby) => &mut standby.postgres,
            Self::Restored(servers) => servers.postgres.as_mut().expect("a Postgres of its own"),
        }
    }

    /// Kills the server and deletes its data.
    pub(crate) async fn remove(mut self) {
        self.postgres_mut().kill();
        if let Self::Restored(servers) = self {
            return servers.stop().await;
        }
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) apis: Vec<ServiceProcess>,
    pub(crate) relays: Vec<ServiceProcess>,
    pub(crate) projectors: Vec<ServiceProcess>,
    pub(crate) urls: Vec<String>,
    pub(crate) links: Links,
    /// The Postgres that has the log now. Dropped before the sandbox of the first one.
    home: Primary,
    /// NATS, and the folder of the first Postgres.
    pub(crate) servers: TestServers,
    jetstream: jetstream::Context,
    pub(crate) logs: PathBuf,
}

impl Cluster {
    /// Two API processes, two relays and two projectors, of which the second ones do not run yet.
    pub(crate) async fn start(seed: u64) -> Self {
        Self::start_with(seed, STATEMENT_TIMEOUT).await
    }

    /// The same with a time limit for statements.
    pub(crate) async fn start_with(seed: u64, statement_timeout: Duration) -> Self {
        let mut servers = TestServers::start_private().await.expect("the servers start");
        let home = Primary::First(Box::new(servers.postgres.take().expect("a Postgres of its own")));
        let postgres = home.postgres().port();
        let nats = servers.nats.port();
        let links = Links {
            api_postgres: Proxy::to(postgres).await,
            api_nats: Proxy::to(nats).await,
            relay_postgres: Proxy::to(postgres).await,
            relay_nats: Proxy::to(nats).await,
            projector_postgres: Proxy::to(postgres).await,
            projector_nats: Proxy::to(nats).await,
        };
        let logs = std::env::temp_dir().join(format!("causerie-resilience-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&logs).expect("a folder for logs");
        let (database_url, nats_url) = (servers.database_url().to_owned(), servers.nats_url());
        let environment = |to_postgres: u16, to_nats: u16| {
            [
                ("CAUSERIE_DATABASE__URL", through(&database_url, postgres, to_postgres)),
                ("CAUSERIE_NATS__URL", through(&nats_url, nats, to_nats)),
                ("CAUSERIE_DATABASE__STATEMENT_TIMEOUT_MS", statement_timeout.as_millis().to_string()),
                ("CAUSERIE_AUTH__SECRET", SECRET.to_owned()),
                ("CAUSERIE_SERVER__DRAIN_SECONDS", "0".to_owned()),
            ]
            .into_iter()
            .chain(NO_LIMITS.map(|(key, value)| (key, value.to_owned())))
            .collect::<Vec<_>>()
        };
        let ports: Vec<u16> = (0..NODES).map(|_| free_port()).collect();
        let for_api = environment(links.api_postgres.port, links.api_nats.port);
        let apis = ["api-0", "api-1"].into_iter().zip(&ports).map(|(name, port)| {
            let listen = format!("127.0.0.1:{port}");
            ServiceProcess::new(name, &["serve", "--roles", "api", "--listen", &listen], &for_api, &logs)
        });
        let for_relay = environment(links.relay_postgres.port, links.relay_nats.port);
        let relay = |name| ServiceProcess::new(name, &["serve", "--roles", "relay"], &for_relay, &logs);
        let for_projector = environment(links.projector_postgres.port, links.projector_nats.port);
        let projector = |name| ServiceProcess::new(name, &["serve", "--roles", "projector"], &for_projector, &logs);
        let mut cluster = Self {
            apis: apis.collect(),
            relays: vec![relay("relay-0"), relay("relay-1")],
            projectors: vec![projector("projector-0"), projector("projector-1")],
            urls: ports.iter().map(|port| format!("http://127.0.0.1:{port}")).collect(),
            jetstream: connect(&nats_url).await,
            links,
            home,
            servers,
            logs,
        };
        cluster.start_all().await;
        cluster
    }

    /// The Postgres that has the log now.
    pub(crate) fn primary(&self) -> &PostgresServer {
        self.home.postgres()
    }

    /// The same, to be broken.
    pub(crate) fn postgres(&mut self) -> &mut PostgresServer {
        self.home.postgres_mut()
    }

    /// New connections lead to another Postgres, open ones are left alone. Returns the Postgres of before.
    pub(crate) fn switch_to(&mut self, home: Primary) -> Primary {
        for way in self.links.to_postgres() {
            way.lead_to(home.postgres().port());
        }
        std::mem::replace(&mut self.home, home)
    }

    /// Starts what ought to run and does not.
    pub(crate) async fn start_all(&mut self) {
        for part in self.apis.iter_mut().chain(self.relays.first_mut()).chain(self.projectors.first_mut()) {
            assert!(part.start(READY).await, "{} does not start:\n{}", part.name, part.said());
        }
    }

    /// Who runs, by process id.
    pub(crate) fn pids(&self) -> Vec<Option<u32>> {
        self.apis.iter().chain(&self.relays).chain(&self.projectors).map(ServiceProcess::pid).collect()
    }

    /// A connection to Postgres past the proxies, if it answers.
    pub(crate) async fn database(&self) -> Option<PgConnection> {
        timeout(ASK, PgConnection::connect(&self.primary().url())).await.ok()?.ok()
    }

    /// One number out of Postgres.
    pub(crate) async fn number(&self, query: &str) -> Option<i64> {
        let mut database = self.database().await?;
        timeout(ASK, sqlx::query_scalar(query).fetch_one(&mut database)).await.ok()?.ok()
    }

    pub(crate) async fn execute(&self, sql: &str) -> bool {
        let Some(mut database) = self.database().await else { return false };
        matches!(timeout(Duration::from_secs(20), sqlx::raw_sql(sql).execute(&mut database)).await, Ok(Ok(_)))
    }

    /// Where the stream ends; none when there is no stream or no answer.
    pub(crate) async fn last_published(&self) -> Option<u64> {
        let stream = timeout(ASK, self.jetstream.get_stream(STREAM)).await.ok()?.ok()?;
        Some(stream.cached_info().state.last_sequence)
    }

    /// Deletes the stream, as an operator by mistake.
    pub(crate) async fn delete_stream(&self) -> bool {
        matches!(timeout(ASK, self.jetstream.delete_stream(STREAM)).await, Ok(Ok(_)))
    }

    /// Leaves the first messages of the stream, but for one in their middle. The stream itself allows no deletion, so they are
    /// copied into one that does.
    pub(crate) async fn damage_stream(&self, first: u64, lost: u64) -> bool {
        let damage = async {
            let stream = self.jetstream.get_stream(STREAM).await.ok()?;
            let config = stream.cached_info().config.clone();
            let mut held = Vec::new();
            for number in 1..=first {
                held.push(stream.get_raw_message(number).await.ok()?);
            }
            self.jetstream.delete_stream(STREAM).await.ok()?;
            let open = jetstream::stream::Config { deny_delete: false, deny_purge: false, ..config };
            let stream = self.jetstream.create_stream(open).await.ok()?;
            for message in held {
                let sent = self.jetstream.publish_with_headers(message.subject, message.headers, message.payload);
                sent.await.ok()?.await.ok()?;
            }
            stream.delete_message(lost).await.ok()
        };
        timeout(Duration::from_mins(1), damage).await.ok().flatten().unwrap_or_default()
    }

    /// Whether the stream holds each number up to this one.
    pub(crate) async fn stream_is_complete(&self, last: u64) -> bool {
        let stream = timeout(ASK, self.jetstream.get_stream(STREAM)).await;
        let Ok(Ok(stream)) = stream else { return false };
        let state = &stream.cached_info().state;
        state.last_sequence >= last && state.messages == state.last_sequence
    }

    /// Where NATS keeps its streams.
    pub(crate) fn nats_store(&self) -> PathBuf {
        self.servers.nats.data_dir().join("data")
    }

    pub(crate) async fn stop(mut self) {
        for part in self.apis.iter_mut().chain(&mut self.relays).chain(&mut self.projectors) {
            part.kill().await;
        }
        self.home.remove().await;
        self.servers.stop().await;
    }

    /// All that the parts have logged, for a failed run: where it is.
    pub(crate) fn delete_logs(&self) {
        let _ = std::fs::remove_dir_all(&self.logs);
    }
}

fn through(url: &str, server: u16, proxy: u16) -> String {
    url.replace(&format!("127.0.0.1:{server}"), &format!("127.0.0.1:{proxy}"))
}

async fn connect(url: &str) -> jetstream::Context {
    let address: async_nats::ServerAddr = url.parse().expect("a NATS URL");
    let (user, password) = (address.username().unwrap_or_default(), address.password().unwrap_or_default());
    let options = async_nats::ConnectOptions::new().user_and_password(user.to_owned(), password.to_owned());
    jetstream::new(options.retry_on_initial_connect().connect(address).await.expect("NATS answers"))
}
