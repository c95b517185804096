//! Events of a conversation, except its messages. Stream id: `<site>/<conversation>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain_event::DomainEvent;
use crate::id::{ImageId, MemberId};
use crate::text::GroupName;

/// What happened to a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum ConversationEvent {
    /// A member started a group and is its admin.
    GroupCreated(GroupCreated),
    /// An admin or the owner added a participant.
    ParticipantAdded(Participant),
    /// An admin or the owner removed a participant.
    ParticipantRemoved(Participant),
    /// A participant left.
    ParticipantLeft(Participant),
    /// A participant became an admin of the group.
    AdminGranted(Participant),
    /// A participant is no longer an admin of the group.
    AdminRevoked(Participant),
    /// An admin or the owner renamed the group.
    GroupRenamed(GroupRenamed),
    /// An admin or the owner set or replaced the image of the group.
    GroupImageChanged(GroupImage),
    /// An admin or the owner removed the image of the group.
    GroupImageRemoved,
    /// An admin or the owner changed how much history participants who join later may read.
    HistoryChanged(HistoryChanged),
    /// The group has no participants left and no longer accepts messages.
    GroupClosed,
    /// An admin or the owner deleted the group. Its participants see it as closed.
    GroupDeleted,
    /// A member started a conversation with one other member.
    DirectConversationStarted(DirectConversationStarted),
    /// A member has a conversation with the business, that is, with all of its staff.
    BusinessConversationStarted(Participant),
}

/// The kinds of conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Any number of members under a name.
    Group,
    /// Two members.
    Direct,
    /// A member and the business, that is, all of its staff.
    Business,
}

impl ConversationKind {
    /// The name in JSON and in read models.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Direct => "direct",
            Self::Business => "business",
        }
    }
}

/// How much earlier history a participant who joins a group may read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Only messages sent after the participant joined, by position in the log.
    #[default]
    SinceJoined,
    /// Everything.
    All,
}

impl History {
    /// The name in JSON and in read models.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SinceJoined => "since_joined",
            Self::All => "all",
        }
    }
}

/// The data of [`ConversationEvent::GroupCreated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupCreated {
    /// The name.
    pub name: GroupName,
    /// The creator: the first participant and admin.
    pub creator: MemberId,
    /// The other participants, in the order given.
    pub participants: Vec<MemberId>,
    /// How much earlier history participants who join later may read.
    pub history: History,
}

/// The data of [`ConversationEvent::GroupRenamed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupRenamed {
    /// The new name.
    pub name: GroupName,
}

/// The data of [`ConversationEvent::GroupImageChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupImage {
    /// The id of the stored image.
    pub image: ImageId,
    /// SHA-256 of the uploaded bytes in hexadecimal, by which a repeated upload is recognised.
    pub sha256: String,
}

/// The data of [`ConversationEvent::HistoryChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryChanged {
    /// How much earlier history participants who join from now on may read.
    pub history: History,
}

/// The data of [`ConversationEvent::DirectConversationStarted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectConversationStarted {
    /// The member who started it.
    pub starter: MemberId,
    /// The other member.
    pub peer: MemberId,
}

/// The participant an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The member.
    pub member_id: MemberId,
}

impl DomainEvent for ConversationEvent {
    fn event_type(&self) -> String {
        match self {
            Self::GroupCreated(_) => "GroupCreated",
            Self::ParticipantAdded(_) => "ParticipantAdded",
            Self::ParticipantRemoved(_) => "ParticipantRemoved",
            Self::ParticipantLeft(_) => "ParticipantLeft",
            Self::AdminGranted(_) => "AdminGranted",
            Self::AdminRevoked(_) => "AdminRevoked",
            Self::GroupRenamed(_) => "GroupRenamed",
            Self::GroupImageChanged(_) => "GroupImageChanged",
            Self::GroupImageRemoved => "GroupImageRemoved",
            Self::HistoryChanged(_) => "HistoryChanged",
            Self::GroupClosed => "GroupClosed",
            Self::GroupDeleted => "GroupDeleted",
            Self::DirectConversationStarted(_) => "DirectConversationStarted",
            Self::BusinessConversationStarted(_) => "BusinessConversationStarted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
