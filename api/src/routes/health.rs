//! `/livez` and `/readyz`: whether the process runs, and whether the service accepts commands.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::observe::{HealthSample, LagReport, Monitor};
use crate::openapi::Doc;
use crate::routes::response::StatusJson;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/livez", get_with(livez, LIVEZ.write()))
        .api_route("/readyz", get_with(readyz, READYZ.write()))
        .with_path_items(|item| item.tag("Service"))
}

/// The process responds.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Liveness {
    status: ProcessStatus,
}

/// The status of the process.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Alive")]
#[serde(rename_all = "snake_case")]
enum ProcessStatus {
    /// The process responds.
    Ok,
}

/// The status of the service and of its parts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Readiness {
    status: ServiceStatus,
    /// Whether the process has received a stop signal. It continues to serve for `server.drain_seconds`, then completes the requests in progress.
    stopping: bool,
    parts: ServiceParts,
}

/// Whether the service accepts commands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Ready")]
#[serde(rename_all = "snake_case")]
enum ServiceStatus {
    /// It does, and all parts are up to date.
    Ok,
    /// It does, but a part is down or behind.
    Degraded,
    /// It does not.
    Unavailable,
}

/// The status of each part.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Parts")]
struct ServiceParts {
    postgres: ServerHealth,
    nats: ServerHealth,
    /// Whether this process is up to date with the log.
    live: LiveHealth,
    relay: LagReport,
    /// By read model.
    projections: BTreeMap<&'static str, LagReport>,
}

/// A server that the service needs.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Server")]
struct ServerHealth {
    status: ServerStatus,
    /// Why the server does not respond, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The live streams of this process.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Live")]
struct LiveHealth {
    status: LiveStatus,
}

/// Whether the live streams are up to date.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LiveStatus {
    /// They are up to date.
    Ok,
    /// An event is older than 10 seconds and has not been shown, or the log could not be read for 10 seconds.
    Behind,
    /// The process has no streams: it runs without the role `api`.
    None,
}

/// Whether a server responds.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Reach")]
#[serde(rename_all = "snake_case")]
enum ServerStatus {
    /// It does.
    Ok,
    /// It does not.
    Unavailable,
}

pub(crate) const LIVEZ: Doc = Doc::new("GetLiveness", "Whether the process responds.");
pub(crate) const READYZ: Doc =
    Doc::new("GetReadiness", "Whether the service accepts commands, and the status of its parts.").more(
        "Commands need Postgres only: without NATS, or with a read model behind, the service is degraded but ready. \
     `reason` is the reason why NATS does not respond or the relay is not `ok`, if known.",
    );

pub(super) async fn livez() -> StatusJson<Liveness> {
    StatusJson(Liveness { status: ProcessStatus::Ok })
}

pub(super) async fn readyz(
    State(monitor): State<Monitor>,
) -> Result<StatusJson<Readiness>, StatusJson<Readiness, 503>> {
    let sample = monitor.sample().await;
    let stopping = monitor.is_stopping();
    let readiness = |status| Readiness { status, stopping, parts: ServiceParts::of(&sample) };
    match (sample.postgres && !stopping, sample.is_healthy()) {
        (false, _) => Err(StatusJson(readiness(ServiceStatus::Unavailable))),
        (true, false) => Ok(StatusJson(readiness(ServiceStatus::Degraded))),
        (true, true) => Ok(StatusJson(readiness(ServiceStatus::Ok))),
    }
}

impl ServiceParts {
    fn of(sample: &HealthSample) -> Self {
        let live = match sample.live {
            Some(true) => LiveStatus::Behind,
            Some(false) => LiveStatus::Ok,
            None => LiveStatus::None,
        };
        Self {
            live: LiveHealth { status: live },
            postgres: ServerHealth::new(sample.postgres, None),
            nats: ServerHealth::new(sample.nats, sample.nats_reason.clone()),
            relay: sample.relay.clone(),
            projections: sample.projections.iter().cloned().collect(),
        }
    }
}

impl ServerHealth {
    const fn new(responds: bool, reason: Option<String>) -> Self {
        Self { status: if responds { ServerStatus::Ok } else { ServerStatus::Unavailable }, reason }
    }
}
