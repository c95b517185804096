//! Whether the process lives, and whether it can serve.

use std::collections::BTreeMap;

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::observe::{Keeping, LIMIT, Sample};
use crate::openapi::Doc;
use crate::routes::answer::Plain;
use crate::state::AppState;

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
    /// Whether it has been told to stop: it finishes what it has begun.
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
    /// What this process has read of the log.
    live: Live,
    relay: Keeping,
    /// By the name of the read model.
    projections: BTreeMap<&'static str, Keeping>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum LiveStatus {
    /// They do.
    Ok,
    /// The log has not been read for more than 10 seconds: nothing new is shown.
    Behind,
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

pub(super) async fn readyz(State(state): State<AppState>) -> Result<Plain<Readiness>, Plain<Readiness, 503>> {
    let sample = state.health.sample().await;
    let stopping = state.stop.is_cancelled();
    let live = if state.hub.last_read().age() > LIMIT { LiveStatus::Behind } else { LiveStatus::Ok };
    let readiness = |status| Readiness { status, stopping, parts: Parts::of(&sample, live) };
    match (sample.postgres && !stopping, sample.is_well() && live == LiveStatus::Ok) {
        (false, _) => Err(Plain(readiness(Ready::Unavailable))),
        (true, false) => Ok(Plain(readiness(Ready::Degraded))),
        (true, true) => Ok(Plain(readiness(Ready::Ok))),
    }
}

impl Parts {
    fn of(sample: &Sample, live: LiveStatus) -> Self {
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
