//! Names of streams: aggregate type and id. Ids start with the site, so tenants never collide.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MemberId, MessageId, SiteId};

/// The aggregate types, named as in the log and in subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateType {
    /// A tenant.
    Site,
    /// A member of a site.
    Member,
    /// The participants and settings of a conversation.
    Conversation,
    /// A message.
    Message,
    /// A member's participation in a conversation.
    Participation,
    /// The installation.
    System,
}

impl AggregateType {
    /// The name in the log and in subjects.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Member => "member",
            Self::Conversation => "conversation",
            Self::Message => "message",
            Self::Participation => "participation",
            Self::System => "system",
        }
    }
}

/// An unknown aggregate type, or an aggregate id without a valid site.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown stream: {0}")]
pub struct UnknownStream(pub String);

impl FromStr for AggregateType {
    type Err = UnknownStream;

    fn from_str(name: &str) -> Result<Self, UnknownStream> {
        match name {
            "site" => Ok(Self::Site),
            "member" => Ok(Self::Member),
            "conversation" => Ok(Self::Conversation),
            "message" => Ok(Self::Message),
            "participation" => Ok(Self::Participation),
            "system" => Ok(Self::System),
            other => Err(UnknownStream(other.to_owned())),
        }
    }
}

/// A stream of the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    aggregate_type: AggregateType,
    site: SiteId,
    aggregate_id: String,
}

impl StreamId {
    /// The stream of a site.
    #[must_use]
    pub fn site(site: &SiteId) -> Self {
        Self { aggregate_type: AggregateType::Site, site: site.clone(), aggregate_id: site.to_string() }
    }

    /// The stream of a member.
    #[must_use]
    pub fn member(site: &SiteId, member: &MemberId) -> Self {
        Self::of(AggregateType::Member, site, member)
    }

    /// The stream of a conversation.
    #[must_use]
    pub fn conversation(site: &SiteId, conversation: ConversationId) -> Self {
        Self::of(AggregateType::Conversation, site, &conversation)
    }

    /// The stream of a message.
    #[must_use]
    pub fn message(site: &SiteId, message: MessageId) -> Self {
        Self::of(AggregateType::Message, site, &message)
    }

    /// The stream of a member's participation in a conversation.
    #[must_use]
    pub fn participation(site: &SiteId, conversation: ConversationId, member: &MemberId) -> Self {
        Self::of(AggregateType::Participation, site, &format_args!("{conversation}/{member}"))
    }

    fn of(aggregate_type: AggregateType, site: &SiteId, id: &dyn fmt::Display) -> Self {
        Self { aggregate_type, site: site.clone(), aggregate_id: format!("{site}/{id}") }
    }

    /// Parses the aggregate type and aggregate id of the log.
    pub fn parse(aggregate_type: &str, aggregate_id: &str) -> Result<Self, UnknownStream> {
        let site = aggregate_id.split('/').next().unwrap_or_default();
        Ok(Self {
            aggregate_type: aggregate_type.parse()?,
            site: site.parse().map_err(|_| UnknownStream(aggregate_id.to_owned()))?,
            aggregate_id: aggregate_id.to_owned(),
        })
    }

    /// The aggregate type.
    #[must_use]
    pub const fn aggregate_type(&self) -> AggregateType {
        self.aggregate_type
    }

    /// `<site>` or `<site>/<id>`.
    #[must_use]
    pub fn aggregate_id(&self) -> &str {
        &self.aggregate_id
    }

    /// The tenant.
    #[must_use]
    pub const fn site_id(&self) -> &SiteId {
        &self.site
    }

    /// The conversation and the member of a participation's stream.
    #[must_use]
    pub fn participant(&self) -> Option<(ConversationId, MemberId)> {
        let (conversation, member) = self.local_id().split_once('/')?;
        Some((conversation.parse().ok()?, member.parse().ok()?))
    }

    /// The id without its site: empty for a site's own stream.
    #[must_use]
    pub fn local_id(&self) -> &str {
        self.aggregate_id.get(self.site.as_str().len() + 1..).unwrap_or_default()
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.aggregate_type.as_str(), self.aggregate_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_two_sites_have_different_names() {
        let member: MemberId = "ada".parse().unwrap();
        let one = StreamId::member(&"a".parse().unwrap(), &member);
        let two = StreamId::member(&"b".parse().unwrap(), &member);
        assert_ne!(one.aggregate_id(), two.aggregate_id());
    }

    #[test]
    fn stream_id_round_trips_through_its_names() {
        let site: SiteId = "acme".parse().unwrap();
        for stream in [StreamId::site(&site), StreamId::member(&site, &"ada".parse().unwrap())] {
            assert_eq!(StreamId::parse(stream.aggregate_type().as_str(), stream.aggregate_id()), Ok(stream));
        }
        assert_eq!(StreamId::member(&site, &"ada".parse().unwrap()).local_id(), "ada");
        assert_eq!(StreamId::site(&site).local_id(), "");
    }

    #[test]
    fn participation_stream_names_its_conversation_and_member() {
        let (site, conversation, ada) =
            ("acme".parse().unwrap(), uuid::Uuid::from_u128(7).into(), "ada".parse().unwrap());
        let stream = StreamId::participation(&site, conversation, &ada);
        assert_eq!(stream.participant(), Some((conversation, ada.clone())));
        assert_eq!(StreamId::member(&site, &ada).participant(), None);
    }
}
