//! Whether the process lives, and whether it can serve.

use std::collections::BTreeMap;

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::observe::{HealthSample, LagReport, Monitor};
use crate::openapi::Doc;
use crate::routes::answer::Plain;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/livez", get_with(livez, LIVEZ.write()))
        .api_route("/readyz", get_with(readyz, READYZ.write()))
        .with_path_items(|item| item.tag("Service"))
}

/// The process answers.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Liveness {
    status: Alive,
}

/// What a process that answers says.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Alive {
    /// All is well with it.
    Ok,
}

/// How the service is, and each of its parts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Readiness {
    status: Ready,
    /// Whether it has received a stop signal: it serves on for a while (`server.drain_seconds`), and then finishes what it has begun.
    stopping: bool,
    parts: Parts,
}

/// Whether the service can take commands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Ready {
    /// It can, and all parts keep up.
    Ok,
    /// It can, and some part is down or behind.
    Degraded,
    /// It cannot.
    Unavailable,
}

/// Each part.
#[derive(Debug, Serialize, JsonSchema)]
struct Parts {
    postgres: Server,
    nats: Server,
    /// How far this process has read the log.
    live: Live,
    relay: LagReport,
    /// By the name of the read model.
    projections: BTreeMap<&'static str, LagReport>,
}

/// A server that the service needs.
#[derive(Debug, Serialize, JsonSchema)]
struct Server {
    status: Reach,
    /// Why it does not answer, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The live streams of this process.
#[derive(Debug, Serialize, JsonSchema)]
struct Live {
    status: LiveStatus,
}

/// Whether the live streams show the log.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LiveStatus {
    /// They do.
    Ok,
    /// The log holds an event of more than 10 seconds ago that they have not come to, or has not been read for so long:
    /// nothing new is shown.
    Behind,
    /// The process has none: it runs without the role `api`.
    None,
}

/// Whether a server answers.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Reach {
    /// It does.
    Ok,
    /// It does not.
    Unavailable,
}

pub(crate) const LIVEZ: Doc = Doc::new("GetLiveness", "Whether the process answers.");
pub(crate) const READYZ: Doc = Doc::new(
    "GetReadiness",
    "Whether the service can take commands, and how its parts are.",
)
.more(
    "Commands need Postgres only: without NATS, or with a read model that is behind, it is degraded and still ready. \
     `reason` says why NATS does not answer, and why the relay is not `ok`, where that is known.",
);

pub(super) async fn livez() -> Plain<Liveness> {
    Plain(Liveness { status: Alive::Ok })
}

pub(super) async fn readyz(State(monitor): State<Monitor>) -> Result<Plain<Readiness>, Plain<Readiness, 503>> {
    let sample = monitor.sample().await;
    let stopping = monitor.is_stopping();
    let readiness = |status| Readiness { status, stopping, parts: Parts::of(&sample) };
    match (sample.postgres && !stopping, sample.is_healthy()) {
        (false, _) => Err(Plain(readiness(Ready::Unavailable))),
        (true, false) => Ok(Plain(readiness(Ready::Degraded))),
        (true, true) => Ok(Plain(readiness(Ready::Ok))),
    }
}

impl Parts {
    fn of(sample: &HealthSample) -> Self {
        let live = match sample.live {
            Some(true) => LiveStatus::Behind,
            Some(false) => LiveStatus::Ok,
            None => LiveStatus::None,
        };
        Self {
            live: Live { status: live },
            postgres: Server::that(sample.postgres, None),
            nats: Server::that(sample.nats, sample.nats_reason.clone()),
            relay: sample.relay.clone(),
            projections: sample.projections.iter().cloned().collect(),
        }
    }
}

impl Server {
    const fn that(answers: bool, reason: Option<String>) -> Self {
        Self { status: if answers { Reach::Ok } else { Reach::Unavailable }, reason }
    }
}
