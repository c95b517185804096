//! Blocks between members: silent, symmetric in what they do, and lifted by the blocker only.

use causerie_events::MemberEvent;
use causerie_events::member::Contact;

use crate::member::{BlockContact, Member, MemberError};
use crate::permission::{SiteAct, allowed};

/// The most members that one member blocks.
pub const MAX_BLOCKED: usize = 1000;

impl Member {
    pub(super) fn block_contact(&self, command: BlockContact) -> Result<Vec<MemberEvent>, MemberError> {
        // The stream is the actor's own: the route knows no other.
        if !allowed(SiteAct::BlockContact, &command.actor, &command.actor.member) {
            return Err(MemberError::OneselfOnly);
        }
        command.actor.standing.require_active()?;
        let member = self.here()?;
        let contact = Contact { member_id: command.other };
        if member.blocked_contacts.contains(&contact.member_id) == command.blocked {
            return Ok(Vec::new());
        }
        if !command.blocked {
            return Ok(vec![MemberEvent::ContactUnblocked(contact)]);
        }
        if contact.member_id == command.actor.member {
            return Err(MemberError::NotOneself);
        }
        command.actor.standing.require_in_roster()?;
        // Whom one does not see cannot be blocked, whether they left or have blocked the actor: nobody can tell by trying.
        if !command.other_in_reach {
            return Err(MemberError::NotFound);
        }
        if command.other_is_staff {
            return Err(MemberError::IsStaff);
        }
        if member.blocked_contacts.len() >= MAX_BLOCKED {
            return Err(MemberError::TooManyBlocked);
        }
        Ok(vec![MemberEvent::ContactBlocked(contact)])
    }
}
