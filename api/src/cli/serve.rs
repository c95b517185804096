//! `causerie serve`: runs the service on the configured Postgres and NATS.

use std::net::SocketAddr;

use clap::Args;
use serde_json::json;

use super::{print_json, stop_signal};
use crate::config::Config;
use crate::role::Role;
use crate::service::{Ports, Service};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The parts that this process runs.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Role::Api, Role::Relay, Role::Projector])]
    roles: Vec<Role>,
    /// Address and port to listen on; port 0 binds a free port.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) async fn run(self, config: &Config) -> anyhow::Result<()> {
        let mut config = config.clone();
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        let ports = Ports::bind(&config.server, &self.roles)?;
        let service = Service::start(&config, &self.roles, ports).await?;
        let url = |address: Option<SocketAddr>| address.map(|address| format!("http://{address}"));
        print_json(&json!({
            "ready": true,
            "url": url(service.address),
            "health_url": url(service.health_address),
        }))?;
        let stopped = stop_signal().await;
        // A second signal stops immediately.
        service.stop(stop_signal()).await;
        stopped
    }
}
