//! The expected responses, as rules of the brief and the contract. The first rule that rejects a case applies; a case that
//! no rule rejects is permitted.

pub(crate) mod conversation;
pub(crate) mod person;
pub(crate) mod site;

use crate::actors::Actor::{self, *};

/// A rule, the status and code of the refusal, and the cases that it rejects.
pub(crate) type Sentence<C> = (&'static str, u16, &'static str, fn(C) -> bool);

/// An expected response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) status: u16,
    /// Of a refusal.
    pub(crate) code: Option<&'static str>,
    pub(crate) because: &'static str,
}

/// The result of the rules for a case; `done` if none rejects it.
pub(crate) fn decide<C: Copy>(sentences: &[Sentence<C>], case: C, done: u16) -> Expected {
    let refused = sentences.iter().find(|(_, _, _, refuses)| refuses(case));
    refused
        .map_or(Expected { status: done, code: None, because: "nothing refuses it" }, |&(because, status, code, _)| {
            Expected { status, code: Some(code), because }
        })
}

/// The actor of a case.
pub(crate) trait Asked: Copy {
    fn actor(self) -> Actor;
}

/// Authentication is checked first.
pub(crate) const fn identity<C: Asked>() -> [Sentence<C>; 2] {
    [
        ("Identity: every request carries a token", 401, "token.missing", |case| case.actor() == Anonymous),
        ("P12: two sites never see each other", 403, "token.other_site", |case| case.actor() == Elsewhere),
    ]
}

/// Blocked and removed members learn nothing else.
pub(crate) const fn standing<C: Asked>() -> [Sentence<C>; 4] {
    [
        ("M2: a blocked member can read and send nothing", 403, "member.blocked", |case| case.actor() == Blocked),
        ("M2: nor can a removed one", 403, "member.removed", |case| case.actor() == Removed),
        ("M1: where approval is manual, a member waits", 403, "member.pending", |case| case.actor() == Pending),
        ("M1: who is not registered is no member", 403, "member.not_registered", |case| case.actor() == Unregistered),
    ]
}
