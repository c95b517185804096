//! Who may do what, over all cases, against sentences written from the brief and not from the tables.

mod examples;
mod sentences;
mod site;

use super::*;
use crate::actor::{Actor, Role};
use crate::conversation::{Access, Kind, Seat};
use crate::member::Standing;
use crate::site::MemberChat;
use crate::testing::{ROLES, STANDINGS, actor, code};

use ConversationAct as Act;

const ACTS: [Act; 14] = [
    Act::Read,
    Act::Inspect,
    Act::KeepOwn,
    Act::Send,
    Act::Edit,
    Act::React,
    Act::DeleteOwn,
    Act::DeleteOthers,
    Act::NameGroup,
    Act::ChangeGroup,
    Act::AddParticipant,
    Act::RemoveParticipant,
    Act::Leave,
    Act::DeleteGroup,
];

/// Somebody does something somewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    act: Act,
    role: Role,
    standing: Standing,
    kind: Kind,
    seat: Seat,
    closed: bool,
    chat: MemberChat,
    peer_in_reach: bool,
}

/// A member of good standing sends to a group that they are in.
const USUAL: Case = Case {
    act: Act::Send,
    role: Role::Member,
    standing: Standing::InRoster,
    kind: Kind::Group,
    seat: Seat::Participant,
    closed: false,
    chat: MemberChat::On,
    peer_in_reach: true,
};

impl Case {
    fn permitted(self) -> Result<(), &'static str> {
        let access = Access { kind: self.kind, seat: self.seat, closed: self.closed, reads_from: 0 };
        let place =
            Place { access: Some(access), member_chat: self.chat, peer_in_reach: self.peer_in_reach, version: 1 };
        code(permit(self.act, &Actor { standing: self.standing, ..actor("ada", self.role) }, &place))
    }

    /// Only groups have admins and an end, all who work for the business are in its conversations, and only of a direct
    /// conversation there is an other.
    fn can_occur(self) -> bool {
        match self.kind {
            Kind::Group => self.peer_in_reach,
            Kind::Direct => self.seat != Seat::Admin && !self.closed,
            Kind::Business => {
                let among_colleagues = !self.works_for_the_business() || self.seat == Seat::Participant;
                self.seat != Seat::Admin && !self.closed && self.peer_in_reach && among_colleagues
            }
        }
    }

    fn works_for_the_business(self) -> bool {
        self.role == Role::Staff || self.role == Role::Owner
    }

    fn is_among_members(self) -> bool {
        self.kind != Kind::Business
    }

    /// Sends, or shows something new to others.
    fn writes(self) -> bool {
        [Act::Send, Act::Edit, Act::React].contains(&self.act)
    }

    /// What an admin does for the group or to others in it.
    fn manages(self) -> bool {
        let of_the_group = [Act::NameGroup, Act::ChangeGroup, Act::DeleteGroup];
        let of_others = [Act::AddParticipant, Act::RemoveParticipant, Act::DeleteOthers];
        of_the_group.contains(&self.act) || of_others.contains(&self.act)
    }

    /// The owner stands above the admins of groups, in it or not, and cleans up where the business talks. Never where two
    /// members talk.
    fn manages_as_owner(self) -> bool {
        self.manages() && self.role == Role::Owner && self.kind != Kind::Direct
    }

    /// The owner sees what there is to manage: the group, never what is said in it.
    fn inspects_as_owner(self) -> bool {
        self.act == Act::Inspect && self.role == Role::Owner && self.kind != Kind::Direct
    }

    /// Writing to members, by a name or an image too, or bringing them together, on one's own account.
    fn raises_the_voice(self) -> bool {
        let as_admin = [Act::AddParticipant, Act::NameGroup].contains(&self.act) && !self.manages_as_owner();
        self.is_among_members() && (self.writes() || as_admin)
    }

    /// What only goes on while members chat. The owner renames a group at any time.
    fn needs_member_chat(self) -> bool {
        let names = self.act == Act::NameGroup && !self.manages_as_owner();
        self.is_among_members() && (self.writes() || self.act == Act::AddParticipant || names)
    }
}
