//! What each caller sees of members and conversations. Callers are named by their id.

use super::conversation::{Conversation, Kind};
use super::member::{Member, Standing};
use super::message::Message;
use super::refusal::Refusal;
use super::state::{Participation, Role, SiteState};
use crate::{At, START};

impl SiteState {
    pub fn standing(&self, member: &str) -> Standing {
        self.members.get(member).map_or(Standing::Unregistered, Member::standing)
    }

    /// Whether the log assigns the member the role `staff`.
    pub fn has_staff_role(&self, member: &str) -> bool {
        self.members.get(member).is_some_and(|member| member.roles.contains("staff"))
    }

    /// Whether the caller works for the business: by the token or by an assigned role.
    pub fn is_staff(&self, caller: &str) -> bool {
        match self.token_role(caller) {
            Role::Staff | Role::Owner => true,
            Role::Member => self.has_staff_role(caller),
            Role::Operator => false,
        }
    }

    pub fn is_owner(&self, caller: &str) -> bool {
        self.token_role(caller) == Role::Owner
    }

    pub fn is_operator(&self, caller: &str) -> bool {
        self.token_role(caller) == Role::Operator
    }

    /// Why the caller may neither read nor send. Staff need no registration.
    pub fn inactive(&self, caller: &str) -> Option<Refusal> {
        let standing = self.standing(caller);
        match self.token_role(caller) {
            Role::Owner | Role::Operator => None,
            _ if self.is_staff(caller) && !matches!(standing, Standing::Blocked | Standing::Removed) => None,
            _ => standing.inactive(),
        }
    }

    /// Whether one of the two members has blocked the other. A block has no effect on staff.
    pub fn is_blocked_pair(&self, one: &str, other: &str) -> bool {
        let blocks = |by: &str, blocked: &str| {
            self.members.get(by).is_some_and(|member| member.blocked_contacts.contains(blocked))
                && !self.has_staff_role(blocked)
        };
        blocks(one, other) || blocks(other, one)
    }

    /// Whether the member can be added to a conversation or written to by the other.
    pub fn reaches(&self, caller: &str, member: &str) -> bool {
        self.standing(member).in_roster() && !self.is_blocked_pair(caller, member)
    }

    pub fn sees_all_members(&self, caller: &str) -> bool {
        self.is_staff(caller) || self.is_operator(caller)
    }

    pub fn lists(&self, caller: &str, member: &str) -> bool {
        let roster = self.member_chat && self.standing(caller).in_roster() && self.reaches(caller, member);
        self.members.contains_key(member) && (self.sees_all_members(caller) || roster)
    }

    /// Whether the caller may read the member by id. Members always read themselves.
    pub fn sees_member(&self, caller: &str, member: &str) -> bool {
        self.lists(caller, member) || (caller == member && self.members.contains_key(member))
    }

    /// The participants that count towards the maximum: not the removed, blocked and pending ones.
    pub fn active_participants(&self, group: &Conversation) -> u64 {
        let active = |member: &str| self.standing(member).inactive().is_none();
        group.participants.iter().filter(|participant| active(&participant.member)).count() as u64
    }

    pub fn has_other_active_admin(&self, group: &Conversation, member: &str) -> bool {
        let mut others = group.participants.iter().filter(|other| other.admin && other.member != member);
        others.any(|other| self.standing(&other.member).in_roster())
    }

    /// The position from which the caller reads a conversation; none unless they are a participant.
    pub fn reads_from(&self, caller: &str, conversation: &Conversation) -> Option<At> {
        let staff = conversation.kind == Kind::Business && self.is_staff(caller);
        conversation.participant(caller).map(|participant| participant.reads_from).or(staff.then_some(START))
    }

    pub fn visible<'a>(&self, caller: &str, conversation: &'a Conversation) -> Vec<&'a Message> {
        let Some(from) = self.reads_from(caller, conversation) else { return Vec::new() };
        conversation.messages.iter().filter(|message| message.at > from).collect()
    }

    pub fn visible_message(&self, caller: &str, conversation: &Conversation, id: &str) -> Option<&Message> {
        let (of, message) = self.message(id).filter(|(of, _)| of.id == conversation.id)?;
        self.reads_from(caller, of).filter(|from| message.at > *from).map(|_| message)
    }

    pub fn participation(&self, caller: &str, conversation: &Conversation) -> Participation {
        self.participations.get(&(conversation.id.clone(), caller.to_owned())).cloned().unwrap_or_default()
    }

    /// The visible messages after the read marker of others that are not deleted, without those
    /// across a block.
    pub fn unread(&self, caller: &str, conversation: &Conversation) -> usize {
        let marker = self.participation(caller, conversation).marker.map_or(START, |(_, position)| position);
        let unread = |message: &&&Message| {
            let others = message.author != caller && !self.is_blocked_pair(caller, &message.author);
            message.at > marker && others && !message.deleted
        };
        self.visible(caller, conversation).iter().filter(unread).count()
    }
}
