//! What a conversation is.

use std::collections::{BTreeMap, BTreeSet};

use causerie_events::conversation::{GroupCreated, History};
use causerie_events::{ConversationEvent, GroupName, MemberId};
use serde::{Deserialize, Serialize};

use crate::aggregate::aggregate;
use crate::conversation::{ConversationCommand, ConversationError};

/// A conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Conversation {
    /// Nobody started it.
    #[default]
    Missing,
    /// A group.
    Group(Group),
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// As it was created, so that creating it again is recognised after it has changed.
    pub created: GroupCreated,
    /// Its name.
    pub name: GroupName,
    /// What newcomers may read.
    pub history: History,
    /// Who is in it.
    pub participants: BTreeMap<MemberId, Seat>,
    /// Who was in it, so that leaving again changes nothing.
    pub former: BTreeSet<MemberId>,
    /// Whether it takes no messages any more.
    pub closed: bool,
    next_seat: u64,
}

/// A participant's place in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Counts up with each newcomer: the lowest is the longest-standing participant.
    pub since: u64,
    /// Whether they are an admin.
    pub admin: bool,
}

/// What a message needs to know of its conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// It does not exist, or the member is not in it: the same to them.
    Unknown,
    /// It takes no messages any more.
    Closed,
    /// The member is in it.
    Participant,
}

impl Conversation {
    /// What a member may do here.
    #[must_use]
    pub fn access(&self, member: &MemberId) -> Access {
        match self {
            Self::Group(group) if group.closed && group.former.contains(member) => Access::Closed,
            Self::Group(group) if group.participants.contains_key(member) => Access::Participant,
            Self::Group(_) | Self::Missing => Access::Unknown,
        }
    }

    pub(super) fn evolve(&mut self, event: ConversationEvent) {
        match (&mut *self, event) {
            (_, ConversationEvent::GroupCreated(created)) => *self = Self::Group(Group::new(created)),
            (Self::Group(group), event) => group.evolve(event),
            (Self::Missing, _) => {}
        }
    }
}

impl Group {
    fn new(created: GroupCreated) -> Self {
        let mut group = Self {
            name: created.name.clone(),
            history: created.history,
            participants: BTreeMap::new(),
            former: BTreeSet::new(),
            closed: false,
            next_seat: 0,
            created,
        };
        group.seat(group.created.creator.clone(), true);
        for member in group.created.participants.clone() {
            group.seat(member, false);
        }
        group
    }

    fn seat(&mut self, member: MemberId, admin: bool) {
        self.former.remove(&member);
        let seat = Seat { since: self.next_seat, admin };
        self.participants.entry(member).or_insert(seat);
        self.next_seat += 1;
    }

    fn evolve(&mut self, event: ConversationEvent) {
        match event {
            ConversationEvent::ParticipantAdded(participant) => self.seat(participant.member_id, false),
            ConversationEvent::ParticipantRemoved(participant) | ConversationEvent::ParticipantLeft(participant) => {
                self.participants.remove(&participant.member_id);
                self.former.insert(participant.member_id);
            }
            ConversationEvent::AdminGranted(participant) => {
                if let Some(seat) = self.participants.get_mut(&participant.member_id) {
                    seat.admin = true;
                }
            }
            ConversationEvent::GroupClosed => self.closed = true,
            ConversationEvent::GroupCreated(_) => {}
        }
    }
}

aggregate!(Conversation, "conversation", ConversationCommand, ConversationEvent, ConversationError);
