//! Health and metrics of a process, served on the ports of the API and of health.

use std::sync::Arc;

use causerie_store::Database;
use tokio_util::sync::CancellationToken;

use super::health::{Health, HealthSample, MAX_LAG};
use super::{process, recorder};
use crate::commands::Commands;
use crate::live::Hub;

#[derive(Debug, Clone)]
pub struct Monitor(Arc<MonitorSources>);

#[derive(Debug)]
pub struct MonitorSources {
    pub health: Health,
    pub commands: Commands,
    pub database: Database,
    /// `None` without the role `api`.
    pub hub: Option<Hub>,
    /// Cancelled by a stop signal.
    pub draining: CancellationToken,
}

impl From<MonitorSources> for Monitor {
    fn from(sources: MonitorSources) -> Self {
        Self(Arc::new(sources))
    }
}

impl Monitor {
    pub(crate) async fn sample(&self) -> HealthSample {
        let hub = self.0.hub.as_ref();
        let mut sample = self.0.health.sample(hub.and_then(Hub::position)).await;
        // A hub that does not read the log is behind, even if the log has no new events.
        sample.live = hub.map(|hub| hub.last_read().age() > MAX_LAG || sample.live == Some(true));
        sample
    }

    pub(crate) async fn listen_to_relays(&self) {
        self.0.health.listen_to_relays().await;
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.0.draining.is_cancelled()
    }

    pub(crate) async fn render(&self) -> Option<String> {
        let recorder = recorder()?;
        self.sample().await.publish();
        process::publish(self.0.commands.waiting(), self.0.database.connections());
        Some(recorder.render())
    }
}
