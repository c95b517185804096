//! Rules for actions on a site and on the caller's own membership.

use super::{Asked, Expected, Sentence, decide, identity, standing};
use crate::actors::Actor::{self, *};

/// The action of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Register,
    /// Name, language, origins.
    Change,
    /// Closes and reopens.
    Close,
    /// All sites.
    List,
    /// The switch, the settings, the log.
    Own,
    /// Shows resources of the caller.
    Read,
    /// Shows resources of the owner.
    ReadAsOwner,
    /// Changes the caller's own membership.
    OwnMembership,
    /// Creates a group with the id of a group of other members.
    CreateTaken,
    /// Creates a group with an id that only the service may derive.
    CreateDerived,
    /// Needs no token.
    Serve,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) does: Does,
    pub(crate) member_chat: bool,
    pub(crate) actor: Actor,
}

impl Asked for Case {
    fn actor(self) -> Actor {
        self.actor
    }
}

const ROLES: [Sentence<Case>; 4] = [
    ("S1: by the operator", 403, "site.operator_only", |case| case.does == Does::Register && case.actor != Operator),
    ("S1: changed by the operator or the owner", 403, "site.operator_or_owner_only", |case| {
        case.does == Does::Change && !matches!(case.actor, Operator | Owner)
    }),
    ("S1: closed by the operator", 403, "site.operator_only", |case| {
        case.does == Does::Close && case.actor != Operator
    }),
    ("S2, S3, D2: owner only", 403, "site.owner_only", |case| case.does == Does::Own && case.actor != Owner),
];

/// Rules that apply before the membership of the caller.
const IDS: [Sentence<Case>; 1] =
    [("The service derives ids, clients draw them", 400, "id.invalid", |case| case.does == Does::CreateDerived)];

const SENTENCES: [Sentence<Case>; 7] = [
    ("C4: only the owner lists all groups", 403, "site.owner_only", |case| {
        case.does == Does::ReadAsOwner && case.actor != Owner
    }),
    ("M1: who is not registered has no membership", 404, "member.not_found", |case| {
        case.does == Does::OwnMembership && case.actor.runs()
    }),
    ("S2: off, members start no groups", 403, "member_chat.disabled", |case| {
        case.does == Does::CreateTaken && !case.member_chat
    }),
    ("C3: members create groups", 403, "member.not_registered", |case| {
        case.does == Does::CreateTaken && case.actor.runs()
    }),
    ("M3: a muted member starts nothing", 403, "member.muted", |case| {
        case.does == Does::CreateTaken && case.actor == Muted
    }),
    ("M5: nor does who has not joined", 403, "member.not_in_community", |case| {
        case.does == Does::CreateTaken && case.actor == Outside
    }),
    ("An id names one conversation", 409, "conversation.id_taken", |case| case.does == Does::CreateTaken),
];

pub(crate) fn expected(case: Case, done: u16) -> Expected {
    if case.does == Does::Serve {
        return Expected { status: done, code: None, because: "it is for everybody" };
    }
    if case.does == Does::List {
        let operators: Sentence<Case> =
            ("S1: the operator lists sites", 403, "site.operator_only", |case| case.actor != Operator);
        // Belongs to no site, so a token of another site is valid.
        return decide(&[identity()[0], operators], case, done);
    }
    let sentences = [&identity()[..], &IDS, &ROLES, &standing(), &SENTENCES].concat();
    decide(&sentences, case, done)
}
