//! `causerie serve` as a process of its own, with all rate limits off.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::servers::Servers;

/// The key of all tokens.
pub(crate) const SECRET: &str = "a secret of the benchmarks, of more than 32 bytes";
const START_TIMEOUT: Duration = Duration::from_mins(1);
const LIMITS_OFF: [&str; 7] = [
    "SENDS_PER_SECOND",
    "REQUESTS_PER_SECOND",
    "STREAMS_PER_MEMBER",
    "STREAM_OPENS_PER_SECOND",
    "REQUESTS_IN_PROGRESS",
    "GROUPS_PER_HOUR",
    "SEATS_PER_SECOND",
];

/// Killed when it is dropped.
#[derive(Debug)]
pub(crate) struct Service {
    http: Client,
    url: String,
    pid: u32,
    child: Child,
}

impl Service {
    pub(crate) async fn start(servers: &Servers) -> anyhow::Result<Self> {
        let mut child = Command::new(binary()?)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("CAUSERIE_DATABASE__URL", servers.database_url()?)
            .env("CAUSERIE_NATS__URL", servers.nats_url()?)
            .env("CAUSERIE_AUTH__SECRET", SECRET)
            .envs(LIMITS_OFF.map(|limit| (format!("CAUSERIE_LIMITS__{limit}"), "0")))
            .env("CAUSERIE_LOG__FILTER", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
        let ready = timeout(START_TIMEOUT, lines.next_line()).await??.context("the service ended at start")?;
        let ready: Value = serde_json::from_str(&ready)?;
        let url = ready["url"].as_str().context("the service does not print its address")?.to_owned();
        let pid = child.id().context("the service ended at start")?;
        Ok(Self { http: Client::new(), url, pid, child })
    }

    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Sends a command to a path below `/v1/sites/` and returns the body of the response, which
    /// must be a success.
    pub(crate) async fn command(&self, method: Method, path: &str, token: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.http.request(method, format!("{}/v1/sites/{path}", self.url)).bearer_auth(token);
        let response = if body.is_null() { request } else { request.json(body) }.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// The binary of `CAUSERIE_BIN`, by default the one in the folder of this program.
fn binary() -> anyhow::Result<PathBuf> {
    let default = std::env::current_exe()?.with_file_name("causerie");
    let binary = std::env::var_os("CAUSERIE_BIN").map_or(default, PathBuf::from);
    ensure!(binary.exists(), "{} does not exist: build it, or set CAUSERIE_BIN", binary.display());
    Ok(binary)
}
