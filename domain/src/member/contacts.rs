//! Blocks between members. A block hides the two members from each other; only the blocker can lift it, and
//! the blocked member is not notified.

use causerie_events::member::Contact;
use causerie_events::{MemberEvent, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::error::MemberError;
use crate::member::Member;
use crate::permission::{SiteAction, allowed};

pub const MAX_BLOCKED_CONTACTS: usize = 1000;

/// BlockContact, UnblockContact.
#[derive(Debug, Clone)]
pub struct BlockContact {
    pub site: SiteId,
    pub other: MemberId,
    pub blocked: bool,
}

/// Facts about the other member. Not looked up if a block is lifted.
#[derive(Debug, Clone, Default)]
pub struct ContactFacts {
    /// Whether the other member is in the roster and neither of the two has blocked the other.
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
        if !allowed(SiteAction::BlockContact, actor, &actor.member) {
            return Err(MemberError::SelfOnly);
        }
        actor.standing.require_active()?;
        let member = member.require_present()?;
        let contact = Contact { member_id: self.other.clone() };
        if member.blocked_contacts.contains(&self.other) == self.blocked {
            return Ok(Vec::new());
        }
        if !self.blocked {
            return Ok(vec![MemberEvent::ContactUnblocked(contact)]);
        }
        if self.other == actor.member {
            return Err(MemberError::NotSelf);
        }
        actor.standing.require_in_roster()?;
        // The same refusal for a member who has left and for one who has blocked the actor.
        if !other.in_reach {
            return Err(MemberError::NotFound);
        }
        if other.is_staff {
            return Err(MemberError::IsStaff);
        }
        if member.blocked_contacts.len() >= MAX_BLOCKED_CONTACTS {
            return Err(MemberError::TooManyBlocked);
        }
        Ok(vec![MemberEvent::ContactBlocked(contact)])
    }
}
