//! The state of a conversation.

use std::collections::BTreeMap;

use causerie_events::conversation::{DirectConversationStarted, GroupCreated, GroupImage, History};
use causerie_events::{Aggregate, ConversationEvent, GroupName, ImageId, MemberId};
use serde::Serialize;

use crate::conversation::ConversationError;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum Conversation {
    #[default]
    Missing,
    Group(Group),
    Direct(Direct),
    Business(Business),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The creation, so that repeating it is recognised after the group has changed.
    pub created: GroupCreated,
    pub name: GroupName,
    pub history: History,
    pub image: Option<GroupImage>,
    /// The last image before the present one: its files can be deleted.
    pub former_image: Option<ImageId>,
    pub participants: BTreeMap<MemberId, Member>,
    /// Members who left or were removed, with the version of the group right after: leaving again changes nothing, and shows
    /// them nothing of later changes.
    pub former: BTreeMap<MemberId, u64>,
    pub closed: bool,
    next_seat: u64,
    /// The number of its events.
    version: u64,
}

/// A participant of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Counts up with each newcomer: the lowest is the longest-standing participant.
    pub since: u64,
    pub admin: bool,
    /// The first version of the group that the participant may read messages from.
    pub reads_from: u64,
}

/// Between two members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Direct {
    pub starter: MemberId,
    pub peer: MemberId,
}

/// Of a member with the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Business {
    pub member: MemberId,
}

impl Conversation {
    pub(super) fn evolve(&mut self, event: ConversationEvent) {
        match (&mut *self, event) {
            (_, ConversationEvent::GroupCreated(created)) => *self = Self::Group(Group::new(created)),
            (_, ConversationEvent::DirectConversationStarted(DirectConversationStarted { starter, peer })) => {
                *self = Self::Direct(Direct { starter, peer });
            }
            (_, ConversationEvent::BusinessConversationStarted(participant)) => {
                *self = Self::Business(Business { member: participant.member_id });
            }
            (Self::Group(group), event) => group.evolve(event),
            (Self::Missing | Self::Direct(_) | Self::Business(_), _) => {}
        }
    }
}

impl Direct {
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
            former_image: None,
            participants: BTreeMap::new(),
            former: BTreeMap::new(),
            closed: false,
            next_seat: 0,
            version: 0,
            created,
        };
        // Seated before the first version: the founders read all there is, also messages without a recorded version (0).
        group.seat(group.created.creator.clone(), true);
        for member in group.created.participants.clone() {
            group.seat(member, false);
        }
        group.version = 1;
        group
    }

    /// Longest-standing first.
    #[must_use]
    pub fn by_seniority(&self) -> Vec<&MemberId> {
        let mut members: Vec<_> = self.participants.iter().collect();
        members.sort_by_key(|(_, seat)| seat.since);
        members.into_iter().map(|(member, _)| member).collect()
    }

    fn seat(&mut self, member: MemberId, admin: bool) {
        self.former.remove(&member);
        let reads_from = if self.history == History::All { 0 } else { self.version };
        let seat = Member { since: self.next_seat, admin, reads_from };
        self.participants.entry(member).or_insert(seat);
        self.next_seat += 1;
    }

    fn set_image(&mut self, image: Option<GroupImage>) {
        let former = std::mem::replace(&mut self.image, image);
        self.former_image = former.map(|former| former.image).or(self.former_image);
    }

    fn set_admin(&mut self, member: &MemberId, admin: bool) {
        if let Some(seat) = self.participants.get_mut(member) {
            seat.admin = admin;
        }
    }

    fn evolve(&mut self, event: ConversationEvent) {
        self.version += 1;
        match event {
            ConversationEvent::ParticipantAdded(participant) => self.seat(participant.member_id, false),
            ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
                self.participants.remove(&participant.member_id);
                self.former.insert(participant.member_id, self.version);
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
        self.evolve(event);
    }
}
