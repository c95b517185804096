//! Events of the installation. Stream id: `causerie-system`, a reserved site id.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain_event::DomainEvent;
use crate::id::{EventId, SiteId};

const SYSTEM_SITE: &str = "causerie-system";

/// What happened to the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum SystemEvent {
    /// The log continues in another Postgres cluster or on another timeline, or an operator
    /// accepted a loss of events.
    LogEpochBegan(LogEpochBegan),
}

/// Why an epoch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EpochReason {
    /// Another cluster, after a dump and restore, logical replication or `pg_upgrade`.
    Cluster,
    /// Another timeline of the same cluster, after a failover or a point-in-time recovery.
    Timeline,
    /// An operator ran `causerie recover --accept-log`.
    Accepted,
}

/// The data of [`SystemEvent::LogEpochBegan`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogEpochBegan {
    /// The number of the epoch, from 1. Events before the first such event belong to epoch 0.
    pub epoch: u16,
    /// Why it began.
    pub reason: EpochReason,
    /// The last event of the previous epoch in this log. Later events of that epoch were lost.
    /// Absent if the log was empty.
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

/// The reserved site that holds the events of the installation.
#[must_use]
pub fn system_site() -> SiteId {
    SiteId::reserved(SYSTEM_SITE)
}

/// Whether a site id is reserved for the installation, so that no tenant can use it.
#[must_use]
pub fn is_system_site(site: &SiteId) -> bool {
    site.as_str() == SYSTEM_SITE
}
