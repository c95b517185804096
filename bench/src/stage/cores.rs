//! Processors used by each of those who take part. Linux only; elsewhere the figures are missing.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use super::Service;
use crate::server::Server;
use crate::usage::{self, Meter};

/// Who takes part: this process, the service, Postgres, NATS.
#[derive(Debug)]
pub(crate) struct Crew {
    meter: Meter,
    service: String,
    nats: String,
}

/// Processor seconds so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    at: Instant,
    client: f64,
    service: f64,
    postgres: f64,
    nats: f64,
}

/// Processors used over a time: 1 is one of them, all the time.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Cores {
    #[serde(rename = "client_cores")]
    pub(crate) client: f64,
    #[serde(rename = "service_cores")]
    pub(crate) service: f64,
    #[serde(rename = "postgres_cores")]
    pub(crate) postgres: f64,
    #[serde(rename = "nats_cores")]
    pub(crate) nats: f64,
}

impl Crew {
    pub(crate) fn of(server: &Server, service: &Service) -> anyhow::Result<Self> {
        // Written by whoever starts it (`sandbox/src/process`).
        let nats = fs::read_to_string(server.nats_dir()?.join("pid"))?.trim().to_owned();
        Ok(Self { meter: Meter::new(&server.data_dir()), service: service.pid().to_string(), nats })
    }

    pub(crate) fn read(&self) -> Option<Used> {
        let seconds = |pid: &str| usage::seconds(&Path::new("/proc").join(pid).join("stat"));
        let both = self.meter.read()?;
        Some(Used {
            at: Instant::now(),
            client: both.client,
            service: seconds(&self.service)?,
            postgres: both.server,
            nats: seconds(&self.nats)?,
        })
    }
}

impl Used {
    /// Between two readings.
    pub(crate) fn cores_since(self, before: Self) -> Cores {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        let cores = |now: f64, before: f64| (now - before).max(0.0) / seconds;
        Cores {
            client: cores(self.client, before.client),
            service: cores(self.service, before.service),
            postgres: cores(self.postgres, before.postgres),
            nats: cores(self.nats, before.nats),
        }
    }
}
