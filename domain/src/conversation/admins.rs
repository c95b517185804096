//! The admins of a group.

use std::collections::BTreeMap;

use causerie_events::conversation::Participant;
use causerie_events::{ConversationEvent, ConversationId, MemberId, SiteId, StreamId};

use crate::actor::{Actor, Standing};
use crate::conversation::{Conversation, Group};
use crate::decide::{Decide, Decided};
use crate::error::ConversationError;
use crate::permission::{ConversationAction, Membership};

/// The standings of participants that a decision depends on. A participant that was not looked up counts as
/// `InRoster`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings(BTreeMap<MemberId, Standing>);

impl Standings {
    #[must_use]
    pub fn of(&self, member: &MemberId) -> Standing {
        self.0.get(member).copied().unwrap_or(Standing::InRoster)
    }
}

impl Extend<(MemberId, Standing)> for Standings {
    fn extend<T: IntoIterator<Item = (MemberId, Standing)>>(&mut self, standings: T) {
        self.0.extend(standings);
    }
}

/// GrantAdmin, RevokeAdmin.
#[derive(Debug, Clone)]
pub struct ChangeAdmin {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
    pub admin: bool,
}

impl Decide for ChangeAdmin {
    type Aggregate = Conversation;
    /// The standings of the other admins, if an admin is revoked.
    type Facts = Standings;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, standings: &Standings) -> Decided<Conversation> {
        if self.has_stepped_down(state, actor) {
            state.permitted_group(ConversationAction::Read, actor)?;
            return Ok(Vec::new());
        }
        let group = state.permitted_group(ConversationAction::ChangeGroup, actor)?;
        let participant = group.participants.get(&self.member).ok_or(ConversationError::NotAParticipant)?;
        if participant.admin == self.admin {
            return Ok(Vec::new());
        }
        if !self.admin && !group.has_acting_admin(Some(&self.member), standings) {
            return Err(ConversationError::LastAdmin);
        }
        let participant = Participant { member_id: self.member.clone() };
        Ok(vec![if self.admin {
            ConversationEvent::AdminGranted(participant)
        } else {
            ConversationEvent::AdminRevoked(participant)
        }])
    }
}

impl ChangeAdmin {
    /// Whether the actor revokes tsuccessor own admin role and no longer has it. Repeating the command succeeds,
    /// although plain participants may not change admins.
    fn has_stepped_down(&self, state: &Conversation, actor: &Actor) -> bool {
        let membership = state.access(actor).map(|access| access.membership);
        actor.member == self.member && !self.admin && membership == Some(Membership::Participant)
    }
}

/// Makes a participant an admin if no admin of the group can act. Issued after an admin is blocked, is removed
/// or leaves the community.
#[derive(Debug, Clone)]
pub struct AppointAdmin {
    pub site: SiteId,
    pub conversation: ConversationId,
}

impl Decide for AppointAdmin {
    type Aggregate = Conversation;
    /// The standings of the admins, and of the participants up to the first who can become admin.
    type Facts = Standings;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, _: &Actor, standings: &Standings) -> Decided<Conversation> {
        let Conversation::Group(group) = state else { return Ok(Vec::new()) };
        let successor = group.successor(None, standings).filter(|_| !group.closed);
        let granted =
            successor.map(|successor| ConversationEvent::AdminGranted(Participant { member_id: successor.clone() }));
        Ok(granted.into_iter().collect())
    }
}

impl Group {
    /// Whether an admin other than `leaving` can act: a member of the community who is neither blocked nor
    /// removed. A muted admin counts: they can remove participants and appoint admins.
    fn has_acting_admin(&self, leaving: Option<&MemberId>, standings: &Standings) -> bool {
        let admins =
            self.participants.iter().filter(|(member, participant)| participant.admin && Some(*member) != leaving);
        admins.into_iter().any(|(member, _)| standings.of(member).in_roster())
    }

    /// The participant to make an admin if no admin can act after `leaving` has left: the longest-standing
    /// participant who can act, muted ones last. If none can act, the admins remain; without admins, the
    /// longest-standing participant becomes one.
    pub(super) fn successor(&self, leaving: Option<&MemberId>, standings: &Standings) -> Option<&MemberId> {
        if self.has_acting_admin(leaving, standings) {
            return None;
        }
        let rank = |member| match standings.of(member) {
            Standing::InRoster => 0,
            Standing::Muted => 1,
            _ => 2,
        };
        let staying = self.participants.iter().filter(|(member, _)| Some(*member) != leaving);
        let first = staying.min_by_key(|(member, participant)| (rank(member), !participant.admin, participant.since));
        first.filter(|(_, participant)| !participant.admin).map(|(member, _)| member)
    }
}
