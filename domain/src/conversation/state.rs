//! The state of a conversation.

use std::collections::BTreeMap;

use causerie_events::conversation::{DirectConversationStarted, GroupCreated, GroupImage, History};
use causerie_events::{Aggregate, ConversationEvent, GroupName, ImageId, MemberId};
use serde::Serialize;

use crate::error::ConversationError;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum Conversation {
    #[default]
    Missing,
    Group(Group),
    Direct(DirectConversation),
    Business(BusinessConversation),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The creation event, to recognise a repeated CreateGroup after the group has changed.
    pub created: GroupCreated,
    pub name: GroupName,
    pub history: History,
    pub image: Option<GroupImage>,
    /// The last image before the current one. Its files can be deleted.
    pub previous_image: Option<ImageId>,
    pub participants: BTreeMap<MemberId, GroupParticipant>,
    /// Members who left or were removed, and the version of the group right after that event: they can repeat
    /// LeaveGroup, and the response shows no later version.
    pub former_participants: BTreeMap<MemberId, u64>,
    pub closed: bool,
    next_since: u64,
    /// The number of events of the group.
    version: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupParticipant {
    /// Position in the order of joining: the lowest is the longest-standing participant.
    pub since: u64,
    pub admin: bool,
    /// The first version of the group that the participant may read messages from.
    pub reads_from: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectConversation {
    pub starter: MemberId,
    pub peer: MemberId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BusinessConversation {
    pub member: MemberId,
}

impl DirectConversation {
    #[must_use]
    pub fn has(&self, member: &MemberId) -> bool {
        self.starter == *member || self.peer == *member
    }
}

impl Group {
    fn new(created: GroupCreated) -> Self {
        let mut group = Self {
            name: created.name.clone(),
            history: created.history,
            image: None,
            previous_image: None,
            participants: BTreeMap::new(),
            former_participants: BTreeMap::new(),
            closed: false,
            next_since: 0,
            version: 0,
            created,
        };
        // At version 0: the first participants can also read messages that were recorded without a version (0).
        group.add(group.created.creator.clone(), true);
        for member in group.created.participants.clone() {
            group.add(member, false);
        }
        group.version = 1;
        group
    }

    /// Longest-standing first.
    #[must_use]
    pub fn by_seniority(&self) -> Vec<&MemberId> {
        let mut members: Vec<_> = self.participants.iter().collect();
        members.sort_by_key(|(_, participant)| participant.since);
        members.into_iter().map(|(member, _)| member).collect()
    }

    fn add(&mut self, member: MemberId, admin: bool) {
        self.former_participants.remove(&member);
        let reads_from = if self.history == History::All { 0 } else { self.version };
        let participant = GroupParticipant { since: self.next_since, admin, reads_from };
        self.participants.entry(member).or_insert(participant);
        self.next_since += 1;
    }

    fn set_image(&mut self, image: Option<GroupImage>) {
        let previous = std::mem::replace(&mut self.image, image);
        self.previous_image = previous.map(|previous| previous.image).or(self.previous_image);
    }

    fn set_admin(&mut self, member: &MemberId, admin: bool) {
        if let Some(participant) = self.participants.get_mut(member) {
            participant.admin = admin;
        }
    }

    fn apply(&mut self, event: ConversationEvent) {
        self.version += 1;
        match event {
            ConversationEvent::ParticipantAdded(participant) => self.add(participant.member_id, false),
            ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
                self.participants.remove(&participant.member_id);
                self.former_participants.insert(participant.member_id, self.version);
            }
            ConversationEvent::AdminGranted(participant) => self.set_admin(&participant.member_id, true),
            ConversationEvent::AdminRevoked(participant) => self.set_admin(&participant.member_id, false),
            ConversationEvent::GroupRenamed(renamed) => self.name = renamed.name,
            ConversationEvent::HistoryChanged(changed) => self.history = changed.history,
            ConversationEvent::GroupImageChanged(image) => self.set_image(Some(image)),
            ConversationEvent::GroupImageRemoved => self.set_image(None),
            ConversationEvent::GroupClosed | ConversationEvent::GroupDeleted => {
                self.closed = true;
                self.set_image(None);
            }
            ConversationEvent::GroupCreated(_)
            | ConversationEvent::DirectConversationStarted(_)
            | ConversationEvent::BusinessConversationStarted(_) => {}
        }
    }
}

impl Aggregate for Conversation {
    type Event = ConversationEvent;
    type Error = ConversationError;

    fn apply(&mut self, event: ConversationEvent) {
        match (&mut *self, event) {
            (_, ConversationEvent::GroupCreated(created)) => *self = Self::Group(Group::new(created)),
            (_, ConversationEvent::DirectConversationStarted(DirectConversationStarted { starter, peer })) => {
                *self = Self::Direct(DirectConversation { starter, peer });
            }
            (_, ConversationEvent::BusinessConversationStarted(participant)) => {
                *self = Self::Business(BusinessConversation { member: participant.member_id });
            }
            (Self::Group(group), event) => group.apply(event),
            (Self::Missing | Self::Direct(_) | Self::Business(_), _) => {}
        }
    }
}
