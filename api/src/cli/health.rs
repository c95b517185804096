//! `causerie health`: checks whether a running service is ready, for containers and scripts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::print;
use crate::config::{Config, ServerConfig};

/// Longer than `/readyz` waits for Postgres before it responds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// Far above the longest response.
const MAX_RESPONSE_BYTES: u64 = 64 * 1024;

#[derive(Debug, Args)]
pub(super) struct Health {
    /// The address of the service, without TLS: http://host:port. Default: `server.health_listen`,
    /// else `server.listen`, else the default health address of a process without the role `api`.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

impl Health {
    /// Prints the body of `/readyz`. Fails if the service is not ready or does not respond.
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let hosts = match (&self.url, config.server.health_listen) {
            (Some(url), _) => vec![host_of(url)?.to_owned()],
            (None, Some(health)) => vec![reachable(health).to_string()],
            (None, None) => {
                vec![reachable(config.server.listen).to_string(), ServerConfig::DEFAULT_HEALTH_LISTEN.to_string()]
            }
        };
        let (host, mut connection) = connect(&hosts).await?;
        let response = tokio::time::timeout(REQUEST_TIMEOUT, request(host, &mut connection)).await;
        let response = response.with_context(|| format!("{host} does not respond within {REQUEST_TIMEOUT:?}"))??;
        let (head, body) = response.split_once("\r\n\r\n").context("the response is not HTTP")?;
        print(body)?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        anyhow::ensure!(status == "200", "the service is not ready ({status})");
        Ok(())
    }
}

/// Sends HTTP/1.0, so that the response ends with the connection.
async fn request(host: &str, connection: &mut TcpStream) -> anyhow::Result<String> {
    connection.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
    let mut response = String::new();
    connection.take(MAX_RESPONSE_BYTES).read_to_string(&mut response).await?;
    Ok(response)
}

/// Connects to the first host on which a process listens.
async fn connect(hosts: &[String]) -> anyhow::Result<(&String, TcpStream)> {
    for host in hosts {
        let connecting = tokio::time::timeout(REQUEST_TIMEOUT, TcpStream::connect(host)).await;
        if let Ok(connection) =
            connecting.with_context(|| format!("{host} does not respond within {REQUEST_TIMEOUT:?}"))?
        {
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

/// Replaces the unspecified address by the loopback address.
pub(super) fn reachable(listen: SocketAddr) -> SocketAddr {
    if listen.ip().is_unspecified() { SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), listen.port()) } else { listen }
}
