//! What a token says.

use causerie_domain::Role;
use causerie_events::{AddressableMemberId, MemberId, SiteId};
use serde::{Deserialize, Deserializer, Serialize};

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The member id.
    #[serde(deserialize_with = "addressable")]
    pub sub: MemberId,
    /// The site, or `*` in an operator's token.
    pub site: SiteClaim,
    /// The role on the site.
    pub role: Role,
    /// `causerie`.
    pub aud: String,
    /// Who signed.
    pub iss: String,
    /// When it expires, in seconds since 1970.
    pub exp: i64,
    /// The member's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address of the member's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

fn addressable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MemberId, D::Error> {
    AddressableMemberId::deserialize(deserializer).map(AddressableMemberId::member)
}

/// Which sites a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteClaim {
    /// One.
    One(SiteId),
    /// All: operators only.
    All,
}

impl Serialize for SiteClaim {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(site) => serializer.serialize_str(site.as_str()),
            Self::All => serializer.serialize_str("*"),
        }
    }
}

impl<'de> Deserialize<'de> for SiteClaim {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "*" => Ok(Self::All),
            site => site.parse().map(Self::One).map_err(serde::de::Error::custom),
        }
    }
}
