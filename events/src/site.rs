//! Events of a site, the tenant. Stream id: `<site>`.

use cqrs_es::DomainEvent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::SiteName;

/// What happened to a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum SiteEvent {
    /// The operator registered the site. Member chat starts switched off.
    SiteRegistered(SiteRegistered),
    /// The owner switched member chat on.
    MemberChatEnabled,
    /// The owner switched member chat off: members talk to the business only; nothing is deleted.
    MemberChatDisabled,
}

/// The data of [`SiteEvent::SiteRegistered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRegistered {
    /// Its name.
    pub name: SiteName,
    /// Its language as a BCP 47 tag, for example `fr` or `en-GB`.
    pub locale: String,
    /// The web origins that may call the API from a browser, for example `https://acme.example`.
    pub allowed_origins: Vec<String>,
}

impl DomainEvent for SiteEvent {
    fn event_type(&self) -> String {
        match self {
            Self::SiteRegistered(_) => "SiteRegistered",
            Self::MemberChatEnabled => "MemberChatEnabled",
            Self::MemberChatDisabled => "MemberChatDisabled",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
