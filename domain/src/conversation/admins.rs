//! The admins of a group.

use std::collections::BTreeMap;

use causerie_events::conversation::Participant;
use causerie_events::{ConversationEvent, ConversationId, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::conversation::{Conversation, ConversationError, Group, Seat};
use crate::decide::{Decide, Decided};
use crate::member::Standing;
use crate::permission::ConversationAct;

/// How participants of a group stand on the site, as far as a decision depends on it. A participant who was not looked up
/// counts as one in the roster.
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
    /// Whether the member is to be an admin.
    pub admin: bool,
}

impl Decide for ChangeAdmin {
    type Aggregate = Conversation;
    /// Of the other admins, where an admin is revoked.
    type Facts = Standings;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, standings: &Standings) -> Decided<Conversation> {
        if self.has_stepped_down(state, actor) {
            state.group_for(ConversationAct::Read, actor)?;
            return Ok(Vec::new());
        }
        let group = state.group_for(ConversationAct::ChangeGroup, actor)?;
        let seat = group.participants.get(&self.member).ok_or(ConversationError::NotAParticipant)?;
        if seat.admin == self.admin {
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
    /// Whether a participant who is not an admin revokes their own role: repeating it changes nothing, though as a plain
    /// participant the actor may not revoke the role of others.
    fn has_stepped_down(&self, state: &Conversation, actor: &Actor) -> bool {
        let seat = state.access(actor).map(|access| access.seat);
        actor.member == self.member && !self.admin && seat == Some(Seat::Participant)
    }
}

/// Makes a participant an admin where no admin of the group can act: what follows when an admin is barred from the site or
/// leaves its community.
#[derive(Debug, Clone)]
pub struct AppointAdmin {
    pub site: SiteId,
    pub conversation: ConversationId,
}

impl Decide for AppointAdmin {
    type Aggregate = Conversation;
    /// Of the admins, and of the participants up to the first who can take over from them.
    type Facts = Standings;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, _: &Actor, standings: &Standings) -> Decided<Conversation> {
        let Conversation::Group(group) = state else { return Ok(Vec::new()) };
        let heir = group.heir(None, standings).filter(|_| !group.closed);
        let granted = heir.map(|heir| ConversationEvent::AdminGranted(Participant { member_id: heir.clone() }));
        Ok(granted.into_iter().collect())
    }
}

impl Group {
    /// Whether an admin other than `leaving` can act: a member of the community who is not barred. A muted admin can
    /// neither add members nor rename the group, but can remove participants and appoint admins.
    fn has_acting_admin(&self, leaving: Option<&MemberId>, standings: &Standings) -> bool {
        let admins = self.participants.iter().filter(|(member, seat)| seat.admin && Some(*member) != leaving);
        admins.into_iter().any(|(member, _)| standings.of(member).in_roster())
    }

    /// Who becomes an admin where, once `leaving` is gone, no admin can act: the longest-standing participant who can, one with
    /// a voice before one who is muted. Where no participant can act, an admin stays one, and else the longest-standing is.
    pub(super) fn heir(&self, leaving: Option<&MemberId>, standings: &Standings) -> Option<&MemberId> {
        if self.has_acting_admin(leaving, standings) {
            return None;
        }
        let rank = |member| match standings.of(member) {
            Standing::InRoster => 0,
            Standing::Muted => 1,
            _ => 2,
        };
        let staying = self.participants.iter().filter(|(member, _)| Some(*member) != leaving);
        let first = staying.min_by_key(|(member, seat)| (rank(member), !seat.admin, seat.since));
        first.filter(|(_, seat)| !seat.admin).map(|(member, _)| member)
    }
}
