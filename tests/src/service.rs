//! The service under test: `causerie serve` on servers of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use causerie_sandbox::testing::{Template, TestServers};
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::caller::Caller;
use crate::process::{Process, command};
use crate::token::sign_token;

/// The secret that signs the tokens of tests.
pub const SECRET: &str = "a secret of the end-to-end tests, of more than 32 bytes";
const HOUR: Duration = Duration::from_hours(1);
/// Settings that disable all limits.
pub const NO_LIMITS: [(&str, &str); 8] = [
    ("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0"),
    ("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0"),
    ("CAUSERIE_LIMITS__STREAMS_PER_MEMBER", "0"),
    ("CAUSERIE_LIMITS__STREAM_OPENS_PER_SECOND", "0"),
    ("CAUSERIE_LIMITS__REQUESTS_IN_PROGRESS", "0"),
    ("CAUSERIE_LIMITS__GROUPS_PER_HOUR", "0"),
    ("CAUSERIE_LIMITS__SEATS_PER_SECOND", "0"),
    ("CAUSERIE_LIMITS__ANONYMOUS_PER_SECOND", "0"),
];

/// A running service with a database and a nats-server of its own.
#[derive(Debug)]
pub struct Service {
    /// The process. The fields are dropped in this order.
    pub process: Process,
    pub servers: TestServers,
    images: TempDir,
    http: reqwest::Client,
}

impl Service {
    /// Without limits of callers and members, except for typing notifications.
    pub async fn start() -> Self {
        Self::start_with(&NO_LIMITS).await
    }

    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let servers = TestServers::start_from_template(migrated()).await.expect("the servers start");
        Self::start_on(servers, "api,relay,projector", settings).await
    }

    pub async fn start_roles(roles: &str, settings: &[(&str, &str)]) -> Self {
        let servers = TestServers::start_from_template(migrated()).await.expect("the servers start");
        Self::start_on(servers, roles, settings).await
    }

    /// On its own Postgres too, which the test can stop.
    pub async fn start_private() -> Self {
        let servers = TestServers::start_private().await.expect("the servers start");
        Self::start_on(servers, "api,relay,projector", &NO_LIMITS).await
    }

    /// On these servers, with these roles only, and these settings in the environment.
    pub async fn start_on(servers: TestServers, roles: &str, settings: &[(&str, &str)]) -> Self {
        let images = tempfile::tempdir().expect("a folder for images");
        let process = Process::start(&mut serve_command(&servers, images.path(), roles, settings)).await;
        Self { process, servers, images, http: client() }
    }

    /// The folder of the images of all nodes.
    pub fn images(&self) -> &Path {
        self.images.path()
    }

    /// One more process of the service on the same servers, with these roles only, and these settings in the environment.
    pub async fn another_with(&self, roles: &str, settings: &[(&str, &str)]) -> Process {
        Process::start(&mut serve_command(&self.servers, self.images(), roles, settings)).await
    }

    /// One more process of the service on the same servers.
    pub async fn another_node(&self) -> Process {
        self.another_with("api,relay,projector", &NO_LIMITS).await
    }

    /// The error output of another process, which must not start with these settings.
    pub async fn refused(&self, settings: &[(&str, &str)]) -> String {
        let output =
            serve_command(&self.servers, self.images(), "api", settings).output().await.expect("the binary runs");
        assert!(!output.status.success(), "it has started and stopped");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    pub fn url(&self) -> &str {
        self.process.said("url")
    }

    /// A caller with a token for a site that is valid for an hour.
    pub async fn caller(&self, site: &str, member: &str, role: &str) -> Caller {
        self.caller_for(site, member, role, HOUR).await
    }

    /// A caller with a token for a site that is valid for `ttl`.
    #[expect(clippy::unused_async, reason = "several hundred tests await it")]
    pub async fn caller_for(&self, site: &str, member: &str, role: &str, ttl: Duration) -> Caller {
        self.caller_with(site, &sign_token(SECRET, site, member, role, ttl, None))
    }

    /// A member whose token has a name: the first request registers the member under it.
    #[expect(clippy::unused_async, reason = "several hundred tests await it")]
    pub async fn visitor(&self, site: &str, member: &str, name: &str) -> Caller {
        self.caller_with(site, &sign_token(SECRET, site, member, "member", HOUR, Some(name)))
    }

    fn caller_with(&self, site: &str, token: &str) -> Caller {
        Caller::new(self.http.clone(), self.url(), site, Some(token))
    }

    /// A caller without a token.
    pub fn stranger(&self, site: &str) -> Caller {
        Caller::new(self.http.clone(), self.url(), site, None)
    }

    /// The log, or that of one site, as `causerie replay` prints it.
    pub async fn replay(&self, site: Option<&str>) -> Vec<Value> {
        match site {
            Some(site) => self.replay_with(&["--site", site]).await,
            None => self.replay_with(&[]).await,
        }
    }

    pub async fn replay_with(&self, arguments: &[&str]) -> Vec<Value> {
        let mut replay = command();
        replay.args(["replay", "--format", "ndjson"]).args(arguments);
        lines(&run(replay.env("CAUSERIE_DATABASE__URL", self.servers.database_url())).await)
    }

    /// The lines for people that `causerie replay` prints with these arguments.
    pub async fn replay_text(&self, arguments: &[&str]) -> Vec<String> {
        let mut replay = command();
        replay.args(["replay", "--format", "text"]).args(arguments);
        let printed = run(replay.env("CAUSERIE_DATABASE__URL", self.servers.database_url())).await;
        printed.lines().map(str::to_owned).collect()
    }
}

/// The service closes a connection that is idle for 10 s; a request sent at that moment would fail.
fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(5)).build();
    client.expect("the settings of the client hold")
}

/// A database with the schema of the binary under test.
fn migrated() -> Template {
    let fill = |url: &str| {
        let output = command().as_std_mut().arg("migrate").env("CAUSERIE_DATABASE__URL", url).output();
        let output = output.map_err(|error| error.to_string())?;
        output.status.success().then_some(()).ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    Template { program: command().as_std().get_program().into(), fill }
}

fn serve_command(servers: &TestServers, images: &Path, roles: &str, settings: &[(&str, &str)]) -> Command {
    let mut serve = command();
    serve
        .args(["serve", "--roles", roles])
        .env("CAUSERIE_SERVER__LISTEN", "127.0.0.1:0")
        .env("CAUSERIE_SERVER__DRAIN_SECONDS", "0")
        .env("CAUSERIE_DATABASE__URL", servers.database_url())
        .env("CAUSERIE_NATS__URL", servers.nats_url())
        .env("CAUSERIE_AUTH__SECRET", SECRET)
        .envs(settings.iter().copied());
    if !roles.contains("api") && !settings.iter().any(|(key, _)| *key == "CAUSERIE_SERVER__HEALTH_LISTEN") {
        serve.env("CAUSERIE_SERVER__HEALTH_LISTEN", "127.0.0.1:0");
    }
    // A bucket takes the place of the folder.
    if !settings.iter().any(|(key, _)| matches!(*key, "CAUSERIE_IMAGES__BUCKET" | "CAUSERIE_IMAGES__FOLDER")) {
        serve.env("CAUSERIE_IMAGES__FOLDER", images);
    }
    serve
}

/// The output of a subcommand that must succeed.
pub(crate) async fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().await.expect("the binary runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

pub(crate) fn lines(ndjson: &str) -> Vec<Value> {
    ndjson.lines().map(|line| serde_json::from_str(line).expect("a line is one JSON object")).collect()
}
