//! The access of an actor to a conversation.

use causerie_events::MemberId;
use causerie_events::conversation::ConversationKind;

use crate::actor::Actor;
use crate::conversation::Conversation;
use crate::permission::{Access, Membership};

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

    #[must_use]
    pub fn peer_of(&self, member: &MemberId) -> Option<&MemberId> {
        match self {
            Self::Direct(direct) if direct.starter == *member => Some(&direct.peer),
            Self::Direct(direct) if direct.peer == *member => Some(&direct.starter),
            _ => None,
        }
    }
}
