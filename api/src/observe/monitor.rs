//! What a process of any role reports to its operator: on the port of the API, and on the one for health.

use std::sync::Arc;

use causerie_store::Database;
use tokio_util::sync::CancellationToken;

use super::health::{Health, LIMIT, Sample};
use super::{process, recorder};
use crate::commands::Commands;
use crate::live::Hub;

/// Clones share it.
#[derive(Debug, Clone)]
pub struct Monitor(Arc<Watched>);

/// What is watched.
#[derive(Debug)]
pub struct Watched {
    /// Every part of the installation.
    pub health: Health,
    /// The command side of this process.
    pub commands: Commands,
    /// The pool of this process.
    pub database: Database,
    /// Its live streams; none without the role `api`.
    pub hub: Option<Hub>,
    /// Whether it has received a stop signal.
    pub draining: CancellationToken,
}

impl From<Watched> for Monitor {
    fn from(watched: Watched) -> Self {
        Self(Arc::new(watched))
    }
}

impl Monitor {
    /// How each part is, or was a moment ago.
    pub(crate) async fn sample(&self) -> Sample {
        let hub = self.0.hub.as_ref();
        let mut sample = self.0.health.sample(hub.and_then(Hub::position)).await;
        // A hub that reads and does not get on is behind as well as one that reads nothing.
        sample.live = hub.map(|hub| hub.last_read().age() > LIMIT || sample.live == Some(true));
        sample
    }

    /// Receives the reports of relays, for as long as it is polled.
    pub(crate) async fn hear_relays(&self) {
        self.0.health.hear_relays().await;
    }

    /// Whether the process has received a stop signal.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.draining.is_cancelled()
    }

    /// The metrics of this process as of now, in the text format of Prometheus.
    pub(crate) async fn render(&self) -> Option<String> {
        let recorder = recorder()?;
        self.sample().await.publish();
        process::publish(self.0.commands.waiting(), self.0.database.connections());
        Some(recorder.render())
    }
}
