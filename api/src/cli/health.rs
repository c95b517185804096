//! `causerie health`: whether a running service is ready; for containers and scripts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::print;
use crate::config::Config;

/// Longer than the service itself waits for Postgres before it says that it is not ready.
const LIMIT: Duration = Duration::from_secs(5);
/// Far above the longest answer.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(super) struct Health {
    /// Where it serves, without TLS: http://host:port. By default where the configuration says.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Health {
    /// Prints what `/readyz` answers. An error when the service is not ready, or does not answer.
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let host = match &self.url {
            Some(url) => host_of(url)?.to_owned(),
            None => reachable(config.server.listen).to_string(),
        };
        let answer = tokio::time::timeout(LIMIT, ask(&host)).await;
        let answer = answer.with_context(|| format!("{host} does not answer within {LIMIT:?}"))??;
        let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
        print(body)?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        anyhow::ensure!(status == "200", "the service is not ready ({status})");
        Ok(())
    }
}

/// The one request that this binary makes: HTTP/1.0, so that the answer ends with the connection.
async fn ask(host: &str) -> anyhow::Result<String> {
    let connecting = TcpStream::connect(host).await;
    let mut connection = connecting.with_context(|| format!("nothing listens on {host}"))?;
    connection.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    connection.take(LONGEST).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// `host:port` of a URL.
fn host_of(url: &str) -> anyhow::Result<&str> {
    let rest = url.strip_prefix("http://").context("pass --url as http://host:port")?;
    let host = rest.split('/').next().unwrap_or_default();
    anyhow::ensure!(host.contains(':'), "pass --url with its port: http://{host}:8080");
    Ok(host)
}

/// A service that listens everywhere is asked here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}
