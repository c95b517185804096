//! Tests of all permissions, against rules written independently of the tables.

mod brief_rules;
mod examples;
mod site;

use causerie_events::conversation::ConversationKind;

use super::*;
use crate::actor::{Actor, Role, Standing};
use crate::testing::{ROLES, STANDINGS, actor, code};

use ConversationAction as Action;

const ACTIONS: [Action; 14] = [
    Action::Read,
    Action::Inspect,
    Action::UpdateParticipation,
    Action::Send,
    Action::Edit,
    Action::React,
    Action::DeleteOwn,
    Action::DeleteOthers,
    Action::SetNameOrImage,
    Action::ChangeGroup,
    Action::AddParticipant,
    Action::RemoveParticipant,
    Action::Leave,
    Action::DeleteGroup,
];

#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    action: Action,
    role: Role,
    standing: Standing,
    kind: ConversationKind,
    membership: Membership,
    closed: bool,
    chat: MemberChat,
    peer_in_reach: bool,
}

/// A member of the roster sends to a group in which they are a participant.
const USUAL: Case = Case {
    action: Action::Send,
    role: Role::Member,
    standing: Standing::InRoster,
    kind: ConversationKind::Group,
    membership: Membership::Participant,
    closed: false,
    chat: MemberChat::On,
    peer_in_reach: true,
};

impl Case {
    fn permitted(self) -> Result<(), &'static str> {
        let access = Access { kind: self.kind, membership: self.membership, closed: self.closed, reads_from: 0 };
        let context = ConversationContext {
            access: Some(access),
            member_chat: self.chat,
            peer_in_reach: self.peer_in_reach,
            version: 1,
        };
        code(permit(self.action, &Actor { standing: self.standing, ..actor("ada", self.role) }, &context))
    }

    /// Only groups have admins and can be closed, staff and owner are participants of all business conversations, and
    /// only a direct conversation has a peer.
    fn can_occur(self) -> bool {
        match self.kind {
            ConversationKind::Group => self.peer_in_reach,
            ConversationKind::Direct => self.membership != Membership::Admin && !self.closed,
            ConversationKind::Business => {
                let staff_participates = !self.is_staff_or_owner() || self.membership == Membership::Participant;
                self.membership != Membership::Admin && !self.closed && self.peer_in_reach && staff_participates
            }
        }
    }

    fn is_staff_or_owner(self) -> bool {
        self.role == Role::Staff || self.role == Role::Owner
    }

    fn is_among_members(self) -> bool {
        self.kind != ConversationKind::Business
    }

    fn writes(self) -> bool {
        [Action::Send, Action::Edit, Action::React].contains(&self.action)
    }

    /// Actions of admins.
    fn manages(self) -> bool {
        let of_the_group = [Action::SetNameOrImage, Action::ChangeGroup, Action::DeleteGroup];
        let of_others = [Action::AddParticipant, Action::RemoveParticipant, Action::DeleteOthers];
        of_the_group.contains(&self.action) || of_others.contains(&self.action)
    }

    /// The owner may do what admins may in groups and business conversations, also without being a participant, but
    /// not in direct conversations.
    fn manages_as_owner(self) -> bool {
        self.manages() && self.role == Role::Owner && self.kind != ConversationKind::Direct
    }

    /// The owner sees the participants and settings, but not the messages.
    fn inspects_as_owner(self) -> bool {
        self.action == Action::Inspect && self.role == Role::Owner && self.kind != ConversationKind::Direct
    }

    /// Actions that muted members may not do: writing to members, also by a name or an image, and adding members.
    fn needs_voice(self) -> bool {
        let as_admin =
            [Action::AddParticipant, Action::SetNameOrImage].contains(&self.action) && !self.manages_as_owner();
        self.is_among_members() && (self.writes() || as_admin)
    }

    /// Actions that are rejected while member chat is off. The owner may rename a group at any time.
    fn needs_member_chat(self) -> bool {
        let names = self.action == Action::SetNameOrImage && !self.manages_as_owner();
        self.is_among_members() && (self.writes() || self.action == Action::AddParticipant || names)
    }
}
