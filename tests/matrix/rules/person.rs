//! Rules for actions on a member or with a member.

use super::{Asked, Expected, Sentence, decide, identity, standing};
use crate::actors::Actor::{self, *};

/// The action of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    See,
    Register,
    /// Changes the registered profile.
    Change,
    /// Approves, mutes, unmutes, unblocks.
    Moderate,
    Block,
    Remove,
    /// Any role or badge except the role of staff.
    Label,
    AssignStaff,
    UnassignStaff,
    ChangeCommunity,
    BlockContact,
    UnblockContact,
    StartDirect,
    StartBusiness,
    /// To a group of the admin.
    AddParticipant,
    /// With the member.
    CreateGroup,
}

/// The target member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// An active member of the community.
    InRoster,
    /// Does not exist.
    Missing,
    /// Waits for approval.
    Waiting,
    Barred,
    Gone,
    /// Not in the community.
    Retired,
    /// Has blocked all callers who are members.
    Apart,
    /// Has the role `staff`.
    Employee,
}

impl Target {
    pub(crate) const ALL: [Self; 8] = [
        Self::InRoster,
        Self::Missing,
        Self::Waiting,
        Self::Barred,
        Self::Gone,
        Self::Retired,
        Self::Apart,
        Self::Employee,
    ];
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) does: Does,
    pub(crate) target: Target,
    pub(crate) actor: Actor,
}

impl Asked for Case {
    fn actor(self) -> Actor {
        self.actor
    }
}

impl Case {
    fn does(self, any: &[Does]) -> bool {
        any.contains(&self.does)
    }

    fn target(self, any: &[Target]) -> bool {
        any.contains(&self.target)
    }

    fn moderates(self) -> bool {
        use Does::{AssignStaff, Block, Label, Moderate, Remove, UnassignStaff};
        self.does(&[Moderate, Block, Remove, Label, AssignStaff, UnassignStaff])
    }

    /// Whether the target is hidden from the actor.
    fn is_hidden(self) -> bool {
        match self.actor {
            Operator | Staff | Owner if self.does == Does::See => self.target == Target::Missing,
            Operator | Staff | Owner => !self.target(&[Target::InRoster, Target::Apart, Target::Employee]),
            // Members outside the community see no members of it.
            Outside => true,
            _ => !self.target(&[Target::InRoster, Target::Employee]),
        }
    }
}

const ROLES: [Sentence<Case>; 4] = [
    ("M1: by the operator or owner", 403, "member.operator_or_owner_only", |case| {
        case.does(&[Does::Register, Does::Change]) && !matches!(case.actor, Operator | Owner)
    }),
    ("M2, M3, M4: by owner or staff", 403, "member.staff_only", |case| {
        case.moderates() && !matches!(case.actor, Staff | Owner)
    }),
    ("M4: who is staff the owner says", 403, "role.owner_only", |case| {
        case.does(&[Does::AssignStaff, Does::UnassignStaff]) && case.actor != Owner
    }),
    ("M5: who is in the community they say, or who registers them", 403, "member.oneself_only", |case| {
        case.does == Does::ChangeCommunity && !matches!(case.actor, Operator | Owner)
    }),
];

const SENTENCES: [Sentence<Case>; 18] = [
    ("C1: each member has one, and staff see all", 403, "member.oneself_only", |case| {
        case.does == Does::StartBusiness && !matches!(case.actor, Staff | Owner)
    }),
    ("M6: a member blocks", 403, "member.oneself_only", |case| {
        case.does(&[Does::BlockContact, Does::UnblockContact]) && case.actor == Operator
    }),
    ("M6: … and these are none", 403, "member.not_registered", |case| {
        case.does(&[Does::BlockContact, Does::UnblockContact]) && case.actor.runs()
    }),
    ("Private stays private", 404, "conversation.not_found", |case| {
        case.does == Does::AddParticipant && matches!(case.actor, Operator | Staff | Other)
    }),
    ("C5: admins and the owner", 403, "group.admin_only", |case| {
        case.does == Does::AddParticipant && !matches!(case.actor, Admin | Owner)
    }),
    ("S2: members chat; these are none", 403, "member.not_registered", |case| {
        case.does(&[Does::StartDirect, Does::CreateGroup]) && case.actor.runs()
    }),
    ("M3: a muted member starts nothing with members", 403, "member.muted", |case| {
        case.does(&[Does::StartDirect, Does::CreateGroup]) && case.actor == Muted
    }),
    ("M5: nor does who has not joined", 403, "member.not_in_community", |case| {
        case.does(&[Does::StartDirect, Does::CreateGroup, Does::BlockContact]) && case.actor == Outside
    }),
    ("M2, M5, M6: whom one may not know of is not there", 404, "member.not_found", |case| {
        case.does(&[Does::See, Does::StartDirect, Does::BlockContact]) && case.is_hidden()
    }),
    ("C3, C5: participants are of the roster", 422, "group.participant_not_in_roster", |case| {
        case.does(&[Does::AddParticipant, Does::CreateGroup]) && case.is_hidden()
    }),
    ("C1: any active member", 404, "member.not_found", |case| {
        case.does == Does::StartBusiness
            && case.target(&[Target::Missing, Target::Waiting, Target::Barred, Target::Gone])
    }),
    ("M2: who was removed is no member", 404, "member.not_found", |case| {
        let of_members = case.moderates() || case.does == Does::ChangeCommunity;
        let removed_again = case.does == Does::Remove && case.target == Target::Gone;
        of_members && case.target(&[Target::Missing, Target::Gone]) && !removed_again
    }),
    ("M1: who is not registered cannot be changed", 404, "member.not_found", |case| {
        case.does == Does::Change && case.target == Target::Missing
    }),
    ("M2: nor can who was removed", 409, "member.was_removed", |case| {
        case.does == Does::Change && case.target == Target::Gone
    }),
    ("M2: a removal is the owner's to undo", 409, "member.was_removed", |case| {
        case.does == Does::Register && case.target == Target::Gone && case.actor == Operator
    }),
    ("M2: staff lose their role first", 409, "member.is_staff", |case| {
        case.does(&[Does::Block, Does::Remove]) && case.target == Target::Employee
    }),
    ("M6: never against staff", 409, "member.is_staff", |case| {
        case.does == Does::BlockContact && case.target == Target::Employee
    }),
    ("M2: who is blocked does not come back as staff", 409, "role.member_blocked", |case| {
        case.does == Does::AssignStaff && case.target == Target::Barred
    }),
];

pub(crate) fn expected(case: Case, done: u16) -> Expected {
    let sentences = [&identity()[..], &ROLES, &standing(), &SENTENCES].concat();
    decide(&sentences, case, done)
}
