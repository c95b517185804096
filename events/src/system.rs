//! Events of the installation itself. Stream id: `causerie-system`, a site id that no tenant may have.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aggregate::DomainEvent;
use crate::id::{EventId, SiteId};

/// The reserved site of the installation's own events.
const SYSTEM_SITE: &str = "causerie-system";

/// What happened to the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum SystemEvent {
    /// The log goes on in another Postgres cluster or on another timeline, or an operator accepted that it lost events.
    LogEpochBegan(LogEpochBegan),
}

/// Why an epoch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EpochReason {
    /// Another cluster: dump and restore, logical replication, `pg_upgrade`.
    Cluster,
    /// Another timeline of the same cluster: a failover or a point-in-time recovery.
    Timeline,
    /// `causerie recover --accept-log`.
    Accepted,
}

/// The data of [`SystemEvent::LogEpochBegan`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogEpochBegan {
    /// The epoch's number, from 1. Events before the first such event are of epoch 0.
    pub epoch: u16,
    /// Why it began.
    pub reason: EpochReason,
    /// The last event of the epoch before, as this log has it. Later events of that epoch were lost. Absent when the log was
    /// empty.
    pub last_event_id: Option<EventId>,
}

impl DomainEvent for SystemEvent {
    fn event_type(&self) -> String {
        match self {
            Self::LogEpochBegan(_) => "LogEpochBegan",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// The site of the installation's own events, which no tenant may have.
#[must_use]
pub fn site() -> SiteId {
    SiteId::reserved(SYSTEM_SITE)
}

/// Whether a site id is reserved for the installation, so that no tenant may have it.
#[must_use]
pub fn is_reserved(site: &SiteId) -> bool {
    site.as_str() == SYSTEM_SITE
}
