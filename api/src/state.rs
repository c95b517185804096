//! Shared application state.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use causerie_events::Position;
use causerie_projections::progress;
use causerie_store::{Database, Nats};
use tokio_util::sync::CancellationToken;

use crate::auth::{Tickets, TokenRoles, Tokens};
use crate::codes;
use crate::commands::Commands;
use crate::images::Images;
use crate::limits::Limits;
use crate::live::Hub;
use crate::observe::Monitor;
use crate::problem::Problem;

/// How long a query waits for its read model if the caller sends a position.
pub(crate) const READ_MODEL_TIMEOUT: Duration = Duration::from_secs(1);

/// Shared by all requests and layers. A clone is an `Arc` clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<AppServices>);

#[derive(Debug)]
pub struct AppServices {
    pub commands: Commands,
    pub images: Images,
    /// For queries of read models.
    pub database: Database,
    /// For typing notifications.
    pub nats: Nats,
    pub tokens: Arc<Tokens>,
    /// Members who are staff or owner by their token, not by the log.
    pub token_roles: TokenRoles,
    /// Stream tickets issued by this process.
    pub tickets: Arc<Tickets>,
    pub limits: Arc<Limits>,
    pub hub: Hub,
    pub monitor: Monitor,
    /// Whether a separate port serves the metrics.
    pub metrics_elsewhere: bool,
    pub demo: bool,
    /// Cancelled when the service stops: streams end.
    pub stop: CancellationToken,
}

impl From<AppServices> for AppState {
    fn from(services: AppServices) -> Self {
        Self(Arc::new(services))
    }
}

impl Deref for AppState {
    type Target = AppServices;

    fn deref(&self) -> &AppServices {
        &self.0
    }
}

impl FromRef<AppState> for Monitor {
    fn from_ref(state: &AppState) -> Self {
        state.monitor.clone()
    }
}

impl AppState {
    /// Rejects a position of an event that the log has lost.
    pub async fn require_position(&self, position: Position) -> Result<(), Problem> {
        if self.database.has(position).await? {
            return Ok(());
        }
        let detail = "the log does not contain this position; fetch everything again";
        Err(Problem::new(codes::POSITION_LOST, detail))
    }

    /// Waits until a read model has processed a position, if the caller sent one.
    pub async fn wait_for(&self, projection: &'static str, position: Option<Position>) -> Result<(), Problem> {
        let Some(position) = position else { return Ok(()) };
        self.require_position(position).await?;
        Ok(progress::wait_for(self.database.pool(), projection, position, READ_MODEL_TIMEOUT).await?)
    }
}
