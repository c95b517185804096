//! The facts that permissions in a conversation depend on. The aggregates provide them.

use causerie_events::conversation::ConversationKind;

use crate::error::SiteError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Membership {
    None,
    Participant,
    Admin,
}

/// The access of an actor to a conversation: what decisions about its messages depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    pub kind: ConversationKind,
    pub membership: Membership,
    /// A closed conversation accepts no more messages.
    pub closed: bool,
    /// The first version of the conversation that the actor may read messages from.
    pub reads_from: u64,
}

/// Whether members of a site may write, and to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberChat {
    NoSite,
    /// The operator closed the site: all sends are rejected.
    Closed,
    /// Members write to the business only.
    Off,
    /// Members write to each other.
    On,
}

impl MemberChat {
    /// Returns an error unless members may write to each other.
    pub const fn require_on(self) -> Result<(), SiteError> {
        match self {
            Self::NoSite => Err(SiteError::NotFound),
            Self::Closed => Err(SiteError::Closed),
            Self::Off => Err(SiteError::MemberChatDisabled),
            Self::On => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationContext {
    /// `None` if the conversation does not exist.
    pub access: Option<Access>,
    pub member_chat: MemberChat,
    /// In a direct conversation: whether the other member is in the roster and neither has blocked the other.
    pub peer_in_reach: bool,
    pub version: u64,
}

impl ConversationContext {
    /// For actions that depend neither on member chat nor on the other member of a direct conversation.
    #[must_use]
    pub const fn access_only(access: Option<Access>) -> Self {
        Self { access, member_chat: MemberChat::On, peer_in_reach: true, version: 0 }
    }
}
