//! Events of a conversation: who is in it and how it is set up, never its messages. Stream id: `<site>/<conversation>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aggregate::DomainEvent;
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
    /// A participant left by their own will.
    ParticipantLeft(Participant),
    /// A participant became an admin of the group.
    AdminGranted(Participant),
    /// A participant is no admin any more.
    AdminRevoked(Participant),
    /// An admin or the owner gave the group another name.
    GroupRenamed(GroupRenamed),
    /// An admin or the owner gave the group an image, or another one.
    GroupImageChanged(GroupImage),
    /// An admin or the owner took the image of the group away.
    GroupImageRemoved,
    /// An admin or the owner chose what newcomers from now on may read.
    HistoryChanged(HistoryChanged),
    /// The group has no participants left and takes no messages any more.
    GroupClosed,
    /// An admin or the owner deleted the group: its participants see it closed.
    GroupDeleted,
    /// Two members have a conversation of their own.
    DirectConversationStarted(DirectConversationStarted),
    /// A member has a conversation with the business: with all of its staff.
    BusinessConversationStarted(Participant),
}

/// How much of what came before them newcomers to a group may read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum History {
    /// Only what is sent after they joined, by position in the log.
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
    /// The name of the group.
    pub name: GroupName,
    /// Who created it: its first participant and admin.
    pub creator: MemberId,
    /// The other participants, in the order given.
    pub participants: Vec<MemberId>,
    /// What newcomers may read.
    pub history: History,
}

/// The data of [`ConversationEvent::GroupRenamed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupRenamed {
    /// The name from now on.
    pub name: GroupName,
}

/// The data of [`ConversationEvent::GroupImageChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupImage {
    /// Under which it is kept.
    pub image: ImageId,
    /// SHA-256 of what was uploaded, in hexadecimal: giving the same image again is recognised by it.
    pub sha256: String,
}

/// The data of [`ConversationEvent::HistoryChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryChanged {
    /// What newcomers from now on may read.
    pub history: History,
}

/// The data of [`ConversationEvent::DirectConversationStarted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectConversationStarted {
    /// Who started it.
    pub starter: MemberId,
    /// With whom.
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
