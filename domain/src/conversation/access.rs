//! The access of an actor to a conversation: what decisions about its messages depend on.

use causerie_events::MemberId;
use serde::Serialize;

use crate::actor::Actor;
use crate::conversation::Conversation;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Any number of members; has a name and admins.
    Group,
    /// Two members.
    Direct,
    /// A member and all of the staff.
    Business,
}

/// The membership of an actor in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Membership {
    None,
    Participant,
    Admin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    pub kind: ConversationKind,
    pub membership: Membership,
    /// A closed conversation accepts no more messages.
    pub closed: bool,
    /// The first version of the conversation that the actor may read messages from.
    pub reads_from: u64,
}

impl Conversation {
    /// `None` if the conversation does not exist.
    #[must_use]
    pub fn access(&self, actor: &Actor) -> Option<Access> {
        let without_admins = |kind, is_participant| Access {
            kind,
            membership: if is_participant { Membership::Participant } else { Membership::None },
            closed: false,
            reads_from: 0,
        };
        match self {
            Self::Missing => None,
            Self::Group(group) => {
                let participant = group.participants.get(&actor.member);
                Some(Access {
                    kind: ConversationKind::Group,
                    membership: match participant {
                        None => Membership::None,
                        Some(participant) if participant.admin => Membership::Admin,
                        Some(_) => Membership::Participant,
                    },
                    closed: group.closed,
                    reads_from: participant.map_or(u64::MAX, |participant| participant.reads_from),
                })
            }
            Self::Direct(direct) => Some(without_admins(ConversationKind::Direct, direct.has(&actor.member))),
            Self::Business(business) => {
                Some(without_admins(ConversationKind::Business, actor.is_staff() || business.member == actor.member))
            }
        }
    }

    /// The other member of a direct conversation.
    #[must_use]
    pub fn peer_of(&self, member: &MemberId) -> Option<&MemberId> {
        match self {
            Self::Direct(direct) if direct.starter == *member => Some(&direct.peer),
            Self::Direct(direct) if direct.peer == *member => Some(&direct.starter),
            _ => None,
        }
    }
}
