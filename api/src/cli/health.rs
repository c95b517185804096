//! `causerie health`: whether a running service is ready; for containers and scripts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::print;
use crate::config::{Config, ServerConfig};

/// Longer than the service itself waits for Postgres before it says that it is not ready.
const LIMIT: Duration = Duration::from_secs(5);
/// Far above the longest answer.
const LONGEST: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(super) struct Health {
    /// Where it serves, without TLS: http://host:port. By default where the configuration says: at `server.health_listen`, else
    /// at `server.listen`, else where a process without the role `api` serves its health.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Health {
    /// Prints what `/readyz` answers. An error when the service is not ready, or does not answer.
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let hosts = match (&self.url, config.server.health_listen) {
            (Some(url), _) => vec![host_of(url)?.to_owned()],
            (None, Some(health)) => vec![reachable(health).to_string()],
            (None, None) => {
                vec![reachable(config.server.listen).to_string(), ServerConfig::DEFAULT_HEALTH_LISTEN.to_string()]
            }
        };
        let (host, mut connection) = connect(&hosts).await?;
        let answer = tokio::time::timeout(LIMIT, ask(host, &mut connection)).await;
        let answer = answer.with_context(|| format!("{host} does not answer within {LIMIT:?}"))??;
        let (head, body) = answer.split_once("\r\n\r\n").context("the answer is not HTTP")?;
        print(body)?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        anyhow::ensure!(status == "200", "the service is not ready ({status})");
        Ok(())
    }
}

/// The one request that this binary makes: HTTP/1.0, so that the answer ends with the connection.
async fn ask(host: &str, connection: &mut TcpStream) -> anyhow::Result<String> {
    connection.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    connection.take(LONGEST).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The first of them where a process listens.
async fn connect(hosts: &[String]) -> anyhow::Result<(&String, TcpStream)> {
    for host in hosts {
        let connecting = tokio::time::timeout(LIMIT, TcpStream::connect(host)).await;
        if let Ok(connection) = connecting.with_context(|| format!("{host} does not answer within {LIMIT:?}"))? {
            return Ok((host, connection));
        }
    }
    anyhow::bail!("nothing listens on {}", hosts.join(" or "))
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
