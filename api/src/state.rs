//! What every route has at hand.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use axum::http::StatusCode;
use causerie_events::Position;
use causerie_projections::progress;
use causerie_store::{Database, Nats};
use tokio_util::sync::CancellationToken;

use crate::auth::{Tickets, TokenRoles, Tokens};
use crate::commands::Commands;
use crate::edge::Queries;
use crate::images::Images;
use crate::limits::Limits;
use crate::live::Hub;
use crate::observe::Monitor;
use crate::problem::Problem;

/// How long a query waits for its read model when the caller names a position.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Shared by all requests. Each of them has clones of it, in each layer: they are one count up.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Parts>);

/// What is in it.
#[derive(Debug)]
pub struct Parts {
    /// The command side.
    pub commands: Commands,
    /// The images of groups.
    pub images: Images,
    /// For queries of read models.
    pub database: Database,
    /// For signs of typing.
    pub nats: Nats,
    /// Who may come in.
    pub tokens: Arc<Tokens>,
    /// Who works for the business by their token alone.
    pub token_roles: TokenRoles,
    /// Whom this process has given a ticket for a stream.
    pub tickets: Arc<Tickets>,
    /// How often.
    pub limits: Arc<Limits>,
    /// How queries share the machine.
    pub queries: Queries,
    /// Live streams.
    pub hub: Hub,
    /// What the operator sees.
    pub monitor: Monitor,
    /// Whether the metrics are served on a port of their own.
    pub metrics_elsewhere: bool,
    /// Whether the demo is part of the service.
    pub demo: bool,
    /// The service is stopping: streams end.
    pub stop: CancellationToken,
}

impl From<Parts> for AppState {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<AppState> for Monitor {
    fn from_ref(state: &AppState) -> Self {
        state.monitor.clone()
    }
}

impl AppState {
    /// Refuses a position that the log does not contain: what the caller saw there was lost, and no other event may stand in
    /// for it.
    pub async fn require_position(&self, position: Position) -> Result<(), Problem> {
        if self.database.has(position).await? {
            return Ok(());
        }
        let detail = "the log does not contain this position; fetch everything again";
        Err(Problem::new(StatusCode::CONFLICT, "position.lost", detail))
    }

    /// Waits until a read model shows a position, if the caller asked for one.
    pub async fn wait_for(&self, projection: &'static str, position: Option<Position>) -> Result<(), Problem> {
        let Some(position) = position else { return Ok(()) };
        self.require_position(position).await?;
        Ok(progress::wait_for(self.database.pool(), projection, position, LONGEST_WAIT).await?)
    }
}
