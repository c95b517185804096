//! Blocks between members: silent, symmetric in their effect, and lifted by the blocker only.

use causerie_events::member::Contact;
use causerie_events::{MemberEvent, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::member::{Member, MemberError};
use crate::permission::{SiteAct, allowed};

/// The most members that one member blocks.
pub const MAX_BLOCKED: usize = 1000;

/// BlockContact, UnblockContact.
#[derive(Debug, Clone)]
pub struct BlockContact {
    pub site: SiteId,
    pub other: MemberId,
    pub blocked: bool,
}

/// The other member, as the actor sees them. Not read where a block is lifted.
#[derive(Debug, Clone, Default)]
pub struct ContactFacts {
    /// Whether the other member is in the roster and no block stands between the two.
    pub in_reach: bool,
    pub is_staff: bool,
}

impl Decide for BlockContact {
    type Aggregate = Member;
    type Facts = ContactFacts;

    fn stream(&self, actor: &MemberId) -> StreamId {
        StreamId::member(&self.site, actor)
    }

    fn decide(&self, member: &Member, actor: &Actor, other: &ContactFacts) -> Decided<Member> {
        if !allowed(SiteAct::BlockContact, actor, &actor.member) {
            return Err(MemberError::OneselfOnly);
        }
        actor.standing.require_active()?;
        let member = member.here()?;
        let contact = Contact { member_id: self.other.clone() };
        if member.blocked_contacts.contains(&self.other) == self.blocked {
            return Ok(Vec::new());
        }
        if !self.blocked {
            return Ok(vec![MemberEvent::ContactUnblocked(contact)]);
        }
        if self.other == actor.member {
            return Err(MemberError::NotOneself);
        }
        actor.standing.require_in_roster()?;
        // A member who has left and one who has blocked the actor get the same refusal.
        if !other.in_reach {
            return Err(MemberError::NotFound);
        }
        if other.is_staff {
            return Err(MemberError::IsStaff);
        }
        if member.blocked_contacts.len() >= MAX_BLOCKED {
            return Err(MemberError::TooManyBlocked);
        }
        Ok(vec![MemberEvent::ContactBlocked(contact)])
    }
}
