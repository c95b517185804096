//! `causerie serve`, a process of its own, so that its memory is its own.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use reqwest::{Client, Method, RequestBuilder};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::town::SITE;
use crate::server::Server;

pub(super) const SECRET: &str = "a secret of the benchmarks, of more than 32 bytes";
const START: Duration = Duration::from_mins(1);

/// The binary of `CAUSERIE_BIN`, else the one beside this one.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("causerie");
    let binary = std::env::var_os("CAUSERIE_BIN").map_or(beside, PathBuf::from);
    anyhow::ensure!(binary.exists(), "there is no {}; build it, or set CAUSERIE_BIN", binary.display());
    Ok(binary)
}

/// The running service. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    http: Client,
    url: Arc<str>,
    pid: u32,
    child: Arc<Mutex<Child>>,
}

impl Service {
    pub(crate) async fn start(server: &Server) -> anyhow::Result<Self> {
        let mut child = Command::new(binary()?)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("CAUSERIE_DATABASE__URL", server.database_url()?)
            .env("CAUSERIE_NATS__URL", server.nats_url()?)
            .env("CAUSERIE_AUTH__SECRET", SECRET)
            .env("CAUSERIE_LIMITS__SENDS_PER_SECOND", "0")
            .env("CAUSERIE_LIMITS__REQUESTS_PER_SECOND", "0")
            .env("CAUSERIE_LIMITS__STREAMS_PER_MEMBER", "0")
            .env("CAUSERIE_LIMITS__STREAM_OPENS_PER_SECOND", "0")
            .env("CAUSERIE_LIMITS__REQUESTS_IN_PROGRESS", "0")
            .env("CAUSERIE_LIMITS__GROUPS_PER_HOUR", "0")
            .env("CAUSERIE_LIMITS__SEATS_PER_SECOND", "0")
            .env("CAUSERIE_LOG__FILTER", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
        let ready = timeout(START, lines.next_line()).await??.context("the service ended at start")?;
        let ready: serde_json::Value = serde_json::from_str(&ready)?;
        let url = ready["url"].as_str().context("the service does not say where it is")?;
        let pid = child.id().context("the service ended at start")?;
        Ok(Self { http: Client::new(), url: url.into(), pid, child: Arc::new(Mutex::new(child)) })
    }

    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// `host:port`.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/v1/sites/{SITE}{path}", self.url)).bearer_auth(token)
    }

    /// Resident memory, in KiB. Linux only.
    pub(crate) fn memory(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    pub(crate) async fn stop(&self) -> anyhow::Result<()> {
        Ok(self.child.lock().await.kill().await?)
    }
}
