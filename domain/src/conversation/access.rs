//! What a conversation is to an actor: all that other aggregates need to know of it.

use causerie_events::MemberId;
use serde::Serialize;

use crate::actor::Actor;
use crate::conversation::Conversation;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any number of members under a name.
    Group,
    /// Two members.
    Direct,
    /// A member and all of the staff.
    Business,
}

/// The membership of an actor in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seat {
    Outside,
    Participant,
    /// A participant who is an admin of the group.
    Admin,
}

/// What a conversation is to an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access {
    pub kind: Kind,
    pub seat: Seat,
    /// Whether it accepts no more messages.
    pub closed: bool,
    /// The first version of the conversation that the actor may read messages from.
    pub reads_from: u64,
}

impl Conversation {
    /// None where the conversation was not started.
    #[must_use]
    pub fn access(&self, actor: &Actor) -> Option<Access> {
        let of_two = |kind, here| Access {
            kind,
            seat: if here { Seat::Participant } else { Seat::Outside },
            closed: false,
            reads_from: 0,
        };
        match self {
            Self::Missing => None,
            Self::Group(group) => {
                let seat = group.participants.get(&actor.member);
                Some(Access {
                    kind: Kind::Group,
                    seat: seat.map_or(Seat::Outside, |seat| if seat.admin { Seat::Admin } else { Seat::Participant }),
                    closed: group.closed,
                    reads_from: seat.map_or(u64::MAX, |seat| seat.reads_from),
                })
            }
            Self::Direct(direct) => Some(of_two(Kind::Direct, direct.has(&actor.member))),
            Self::Business(business) => {
                Some(of_two(Kind::Business, actor.is_staff() || business.member == actor.member))
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
