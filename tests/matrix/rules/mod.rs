//! What is to be answered, as sentences of the brief and of the contract: the first that applies decides, and who is
//! refused by none may do it.

pub(crate) mod conversation;
pub(crate) mod person;
pub(crate) mod site;

use crate::actors::Actor::{self, *};

/// A sentence, the status and the code of the refusal, and whom it refuses.
pub(crate) type Sentence<C> = (&'static str, u16, &'static str, fn(C) -> bool);

/// An answer, as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) status: u16,
    /// Of a refusal.
    pub(crate) code: Option<&'static str>,
    pub(crate) because: &'static str,
}

/// What the sentences say of a case; `done` where they refuse nothing.
pub(crate) fn decide<C: Copy>(sentences: &[Sentence<C>], case: C, done: u16) -> Expected {
    let refused = sentences.iter().find(|(_, _, _, refuses)| refuses(case));
    refused
        .map_or(Expected { status: done, code: None, because: "nothing refuses it" }, |&(because, status, code, _)| {
            Expected { status, code: Some(code), because }
        })
}

/// A case has somebody who asks.
pub(crate) trait Asked: Copy {
    fn actor(self) -> Actor;
}

/// Who one is comes before everything.
pub(crate) const fn identity<C: Asked>() -> [Sentence<C>; 2] {
    [
        ("Identity: every request carries a token", 401, "token.missing", |case| case.actor() == Nobody),
        ("P12: two sites never see each other", 403, "token.other_site", |case| case.actor() == Elsewhere),
    ]
}

/// Who is barred learns only that.
pub(crate) const fn standing<C: Asked>() -> [Sentence<C>; 4] {
    [
        ("M2: a blocked member can read and send nothing", 403, "member.blocked", |case| case.actor() == Blocked),
        ("M2: nor can a removed one", 403, "member.removed", |case| case.actor() == Removed),
        ("M1: where approval is manual, a member waits", 403, "member.pending", |case| case.actor() == Pending),
        ("M1: who is not registered is no member", 403, "member.not_registered", |case| case.actor() == Unregistered),
    ]
}
